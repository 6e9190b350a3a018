import { release } from "node:os";
import { features, isSystemError, type Feature } from "../../libbpf/index.js";
import type { Check, Finding } from "../types.js";

/** What is lost without a feature; the engine does not start without the others. */
const OPTIONAL: Readonly<Partial<Record<keyof typeof features, string>>> = {
  tcx: "TC programs are attached as clsact filters, which others can replace",
  xdpFrags: "XDP does not see packets in several buffers: keep the MTU below a page",
  kernelBtf: "`emptcp trace` and the lab know fewer details",
};

/** Undefined: this process may not try. */
function has(feature: Feature): boolean | undefined {
  try {
    return feature.supported();
  } catch (error) {
    if (isSystemError(error, "EPERM", "EACCES")) return undefined;
    throw error;
  }
}

function lacking(name: keyof typeof features): Finding {
  const { name: subject, since } = features[name];
  const message = `this kernel lacks it; Linux has it since ${since}`;
  const loss = OPTIONAL[name];
  if (loss !== undefined) return { level: "note", subject, message: `${message}. Without it ${loss}` };
  const fix = `boot Linux ${since} or newer`;
  return { level: "problem", subject, message: `${message}. The engine cannot do without`, fix };
}

export const kernel: Check = {
  name: "kernel",
  run() {
    const names = Object.keys(features) as (keyof typeof features)[];
    const missing = names.filter((name) => has(features[name]) === false).map(lacking);
    const untried = names.filter((name) => has(features[name]) === undefined);
    if (untried.length > 0) {
      const list = untried.map((name) => features[name].name).join(", ");
      const message = `Linux ${release()}; not tried without privileges: ${list}`;
      return [{ level: "note", message, fix: "sudo emptcp doctor" }, ...missing];
    }
    if (missing.some((f) => f.level === "problem")) return missing;
    const message = `Linux ${release()} has what the engine needs`;
    const source = `each of ${names.length} features was tried`;
    return [{ level: "ok", message, source }, ...missing];
  },
};
