import { confirmationOf } from "../../engine/confirm/pending.js";
import { readerLives } from "../../engine/events/reader-lock.js";
import { tracerLives } from "../../engine/instrument-maps.js";
import type { EngineCounters } from "../../engine/stats.js";
import type { EngineView } from "../engine-view.js";
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

const count = (of: readonly unknown[], one: string, many = `${one}s`): string =>
  `${of.length} ${of.length === 1 ? one : many}`;

/** A generation that goes again unless it is confirmed. */
function waiting({ pins, manifest }: EngineView): Finding[] {
  const confirmation = confirmationOf(pins, manifest.number);
  if (!confirmation) return [];
  const { generation, left, watched, watchdog } = confirmation;
  if (!watched)
    return [
      {
        level: "problem",
        message: `generation ${generation} waits to be confirmed, but its watchdog (process ${watchdog}) is gone: nothing brings the old one back, and no other change is possible`,
        fix: "emptcp confirm (or emptcp rollback)",
      },
    ];
  const message = `generation ${generation} goes again in ${Math.max(0, Math.round(left / 1000))} s`;
  return [{ level: "note", message, fix: "emptcp confirm" }];
}

/** What costs time beside the policies' own work. */
function instruments({ pins, manifest }: EngineView): Finding[] {
  const { profile, trace, log } = manifest.instrument;
  const found: Finding[] = [];
  if (trace && !tracerLives(pins))
    found.push({
      level: "warning",
      message: "a trace was left on by a process that is gone; it costs time for each packet",
      fix: "emptcp refresh",
    });
  if (profile > 0) found.push({ level: "note", message: `steps are timed, one of ${profile} packets` });
  if (log && !readerLives(pins))
    found.push({
      level: "warning",
      message: "messages of modules (emptcp_log) are on, and nobody reads them; they cost time",
      fix: "emptcp refresh",
    });
  return found;
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
    findings.push(...waiting(view), ...instruments(view));
    if (view.counters) findings.push(...faults(view.counters));
    const message = `generation ${number} runs: ${count(sets, "policy set")}, ${count(policies, "policy", "policies")}, ${count(ports, "port")}`;
    return [{ level: "ok", message }, ...findings];
  },
};
