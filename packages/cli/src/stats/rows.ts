import type { StepStats } from "@emptcp/core";
import type { PolicyTotals, Snapshot } from "./snapshot.js";

/** A line of the statistics: a policy, one of its rules or steps, or an entry. */
export interface StatsRow {
  readonly kind: "policy" | "rule" | "step" | "total" | "entry" | "more";
  /** Which it is, in all snapshots. */
  readonly key: string;
  readonly name: string;
  readonly hook: string;
  readonly packets?: bigint;
  readonly bytes?: bigint;
  /** Mean of the packets that were timed. */
  readonly ns?: number;
  /** Verdicts and refusals: `drop 12`, `no room 3`. */
  readonly verdicts: readonly string[];
  readonly refusals: readonly string[];
}

const named = (counts: Readonly<Record<string, bigint>>): string[] =>
  Object.entries(counts)
    .filter(([, count]) => count > 0n)
    .map(([name, count]) => `${name} ${count}`);

/** What became of the packets of a step, `next` included where chains were ended here, too. */
export function verdictsOf({ packets, verdicts }: StepStats): Record<string, bigint> {
  const ended = Object.values(verdicts).reduce((sum, count) => sum + count, 0n);
  const next = packets > ended ? packets - ended : 0n;
  return { ...(next > 0n && { next }), ...verdicts };
}

function policyRows(policy: PolicyTotals): StatsRow[] {
  const { set, policy: name, hook, packets, bytes, rules = [], ruleCount = 0 } = policy;
  const key = `${hook} ${set}/${name}`;
  const plain = { hook, verdicts: [], refusals: [] };
  return [
    { ...plain, kind: "policy", key, name: `${set}/${name}`, packets, bytes },
    ...rules.map(
      (rule): StatsRow => ({
        ...plain,
        kind: "rule",
        key: `${key} rule ${rule.id}`,
        name: `rule ${rule.id} ${rule.match}`,
        packets: rule.packets,
        bytes: rule.bytes,
      }),
    ),
    ...(ruleCount > rules.length
      ? [
          {
            ...plain,
            kind: "more" as const,
            key: `${key} more`,
            name: `… ${ruleCount - rules.length} more rules`,
          },
        ]
      : []),
    ...policy.steps.map(
      (step, i): StatsRow => ({
        kind: "step",
        key: `${key} step ${i}`,
        name: `${i + 1} ${step.module}@${step.version}`,
        hook,
        packets: step.packets,
        ...(step.ns && { ns: step.ns.mean }),
        verdicts: named(verdictsOf(step)),
        refusals: named(step.refusalNames),
      }),
    ),
  ];
}

/** What all policies of a hook counted, where there are several. */
function totalRows(policies: readonly PolicyTotals[]): StatsRow[] {
  return [...new Set(policies.map(({ hook }) => hook))].flatMap((hook): StatsRow[] => {
    const own = policies.filter((policy) => policy.hook === hook);
    if (own.length < 2) return [];
    const sum = (pick: (policy: PolicyTotals) => bigint): bigint =>
      own.reduce((total, policy) => total + pick(policy), 0n);
    const [packets, bytes] = [sum((policy) => policy.packets), sum((policy) => policy.bytes)];
    return [
      {
        kind: "total",
        key: `total ${hook}`,
        name: "total",
        hook,
        packets,
        bytes,
        verdicts: [],
        refusals: [],
      },
    ];
  });
}

/** The rows of a snapshot, in the order in which they are shown. */
export function rowsOf({ policies, entries }: Snapshot): StatsRow[] {
  return [
    ...policies.flatMap(policyRows),
    ...totalRows(policies),
    ...entries.map(({ hook, ports, packets, ns }): StatsRow => {
      const names = ports.map(({ name, netns }) => (netns === undefined ? name : `${netns}/${name}`));
      const name = `entry of ${names.join(", ")}`;
      const timed = ns && { ns: ns.mean };
      return {
        kind: "entry",
        key: `${hook} ${name}`,
        name,
        hook,
        packets,
        ...timed,
        verdicts: [],
        refusals: [],
      };
    }),
  ];
}

/** Counts per second since an earlier snapshot. */
export interface Rates {
  readonly packets: number;
  readonly bits: number;
}

/** The rates of each row by its key; rows that are new, or began anew, have none. */
export function ratesOf(
  rows: readonly StatsRow[],
  before: ReadonlyMap<string, StatsRow>,
  seconds: number,
): Map<string, Rates> {
  const rates = new Map<string, Rates>();
  for (const { key, packets, bytes = 0n } of rows) {
    const old = before.get(key);
    if (
      packets === undefined ||
      !old ||
      seconds <= 0 ||
      packets < (old.packets ?? 0n) ||
      bytes < (old.bytes ?? 0n)
    )
      continue;
    const per = (now: bigint, then = 0n): number => Number(now - then) / seconds;
    rates.set(key, { packets: per(packets, old.packets), bits: 8 * per(bytes, old.bytes) });
  }
  return rates;
}
