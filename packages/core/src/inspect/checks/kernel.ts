import { release } from "node:os";
import { features, type Feature } from "../../libbpf/index.js";
import type { Check, Finding } from "../types.js";

/** What is lost without a feature; the engine does not start without the others. */
const OPTIONAL: Readonly<Partial<Record<keyof typeof features, string>>> = {
  tcx: "TC programs are attached as clsact filters, which others can replace",
  xdpFrags: "XDP does not see packets in several buffers: keep the MTU below a page",
  kernelBtf: "`emptcp trace` and the lab know fewer details",
};

function findingOf(name: keyof typeof features, feature: Feature): Finding[] {
  const reason = feature.reason();
  if (reason === undefined) return [];
  const loss = OPTIONAL[name];
  if (loss !== undefined) return [{ level: "note", subject: feature.name, message: `${reason}; ${loss}` }];
  const fix = `boot Linux ${feature.since} or newer`;
  return [
    { level: "problem", subject: feature.name, message: `${reason}; the engine cannot do without`, fix },
  ];
}

export const kernel: Check = {
  name: "kernel",
  run() {
    const names = Object.keys(features) as (keyof typeof features)[];
    const missing = names.flatMap((name) => findingOf(name, features[name]));
    if (missing.some((f) => f.level === "problem")) return missing;
    const message = `Linux ${release()} has what the engine needs, found out by trying each of ${names.length} features`;
    return [{ level: "ok", message }, ...missing];
  },
};
