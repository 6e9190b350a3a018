import type { Engine, EngineCounters, EntryStats, PolicyStats, StepStats } from "@emptcp/core";
import { formatMatch } from "../format/match.js";

/** A rule's counters; one rule may be several entries in the kernel. */
export interface RuleTotals {
  readonly id: number;
  /** What one of its entries matches: `port(dst: 443)`. */
  readonly match: string;
  readonly packets: bigint;
  readonly bytes: bigint;
}

export interface PolicyTotals extends Omit<PolicyStats, "steps"> {
  readonly steps: readonly (StepStats & { readonly version: string })[];
  /** Busiest first; absent when nobody asked for them. */
  readonly rules?: readonly RuleTotals[];
  /** Rules there are, those that are not listed included. */
  readonly ruleCount?: number;
}

/** The counters at one moment. */
export interface Snapshot {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly generation: number;
  /** One packet in so many is timed; 0: none. */
  readonly profile: number;
  readonly policies: readonly PolicyTotals[];
  readonly entries: readonly EntryStats[];
  readonly engine: EngineCounters;
}

/** What of it is wanted. */
export interface SnapshotRequest {
  readonly set?: string;
  readonly policy?: string;
  /** Rules of each policy at most; 0: none are read. */
  readonly rules: number;
}

function rulesOf(engine: Engine, { set, policy, hook }: PolicyStats): Map<number, RuleTotals> {
  const found = new Map<number, RuleTotals>();
  for (const status of engine.policy(`${set}/${policy}`).rules.list()) {
    const id = status.handle?.id;
    if (status.hook !== hook || id === undefined) continue;
    const { match = formatMatch(status.match), packets = 0n, bytes = 0n } = found.get(id) ?? {};
    found.set(id, { id, match, packets: packets + status.packets, bytes: bytes + status.bytes });
  }
  return found;
}

const busiest = (a: RuleTotals, b: RuleTotals): number =>
  a.packets === b.packets ? a.id - b.id : a.packets > b.packets ? -1 : 1;

/** Reads the counters. @throws ERR_EMPTCP_UNKNOWN_POLICY */
export function takeSnapshot(engine: Engine, request: SnapshotRequest, now = Date.now()): Snapshot {
  const { number, instrument, modules, policies } = engine.current();
  const versions = new Map(modules.map(({ name, version }) => [name, version]));
  const ranks = new Map(policies.map(({ hook, set, name, rank }) => [`${hook} ${set} ${name}`, rank]));
  const rank = ({ hook, set, policy }: PolicyStats): number => ranks.get(`${hook} ${set} ${policy}`) ?? 0;
  const wanted = engine
    .stats(request.set)
    .filter(({ policy }) => request.policy === undefined || policy === request.policy)
    .sort((a, b) => a.set.localeCompare(b.set) || a.hook.localeCompare(b.hook) || rank(a) - rank(b));
  return {
    time: now,
    generation: number,
    profile: instrument.profile,
    policies: wanted.map((policy) => {
      const steps = policy.steps.map((step) => ({ ...step, version: versions.get(step.module) ?? "" }));
      if (request.rules === 0) return { ...policy, steps };
      const rules = [...rulesOf(engine, policy).values()].sort(busiest);
      return { ...policy, steps, rules: rules.slice(0, request.rules), ruleCount: rules.length };
    }),
    entries: engine.entryStats(),
    engine: engine.counters(),
  };
}
