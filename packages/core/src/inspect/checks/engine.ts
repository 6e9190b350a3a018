import type { EngineCounters } from "../../engine/stats.js";
import type { Check, Finding } from "../types.js";

/** Counters that stay zero in a sound engine. */
const FAULTS: Readonly<Partial<Record<keyof EngineCounters, string>>> = {
  rootMissed: "packets met a root without an entry and passed",
  entryMissed: "packets met an entry without its first step and passed",
  stepMissed: "chains broke off because the next step was missing",
  mixedGenerations: "packets met programs of two generations",
  againLimit: "packets were matched again too often and passed",
};

function faults(counters: EngineCounters): Finding[] {
  return Object.entries(FAULTS).flatMap(([name, message]): Finding[] => {
    const count = counters[name as keyof EngineCounters];
    if (count === 0n) return [];
    return [{ level: "warning", message: `${count} ${message}`, fix: "emptcp report" }];
  });
}

/** What runs, and whether it does what it should. */
export const engine: Check = {
  name: "engine",
  run({ engine: view, pinDir }) {
    if (!view) return [];
    const { number, sets, policies, ports } = view.manifest;
    if (number === 0) return [{ level: "ok", message: `nothing runs at ${pinDir}` }];
    const findings: Finding[] = [];
    if (view.bypass)
      findings.push({
        level: "warning",
        message: "bypass is on: every packet passes, no policy acts",
        fix: "emptcp bypass off",
      });
    if (view.counters) findings.push(...faults(view.counters));
    const message = `generation ${number} runs: ${sets.length} policy sets, ${policies.length} policies, ${ports.length} ports`;
    return [{ level: "ok", message }, ...findings];
  },
};
