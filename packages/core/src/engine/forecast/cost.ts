import { codeUse, readElf } from "../../object/index.js";
import type { PolicySet } from "../../policy/types.js";
import type { CompiledPolicy } from "../compile-policies.js";
import type { PacketHook } from "../layout.js";
import type { Objects } from "../objects.js";

/**
 * Nanoseconds of the parts of a packet's way, from the bench (rows "chain" and "misses", AMD EPYC, Linux 6.18). They say which
 * part of a policy costs, and only roughly how much on another machine.
 */
const NS = {
  /** Root and entry: parse once, nothing to look up. */
  entry: 35,
  /** One selector that finds its key. */
  selector: 6,
  /** One look-up in a table of rules. */
  lookup: 14,
  /** The jump to a step, its row and its counters. */
  step: 8,
  /**
   * One instruction of a module's object: set-window has 1400 and takes 6 ns for a packet, since most of them are there for
   * packets that are rare.
   */
  instruction: 0.004,
} as const;

/** What a packet costs on one hook; an estimate, for comparing policies. */
export interface CostForecast {
  readonly hook: PacketHook;
  /** Policy sets that act together. */
  readonly sets: readonly string[];
  /** Look-ups and selectors for every packet that comes by. */
  readonly tables: number;
  readonly selectors: number;
  /** Nanoseconds of every packet, whether something matches or not. */
  readonly entry: number;
  /** Nanoseconds more for packets of the dearest chain, and which one it is. */
  readonly chain: number;
  readonly dearest: string | undefined;
  /** Says that nothing of this was measured here. */
  readonly estimate: true;
}

/** Estimates steps by the size of their code. */
export class Costs {
  readonly #byObject = new Map<string, number>();

  constructor(readonly objects: Objects) {}

  /** Nanoseconds of one policy's chain. */
  chain(compiled: Pick<CompiledPolicy, "sequence" | "hook">): number {
    return compiled.sequence.reduce((sum, s) => sum + this.#step(s.package, compiled.hook), 0);
  }

  entry(tables: number, selectors: number): number {
    return NS.entry + tables * NS.lookup + selectors * NS.selector;
  }

  #step(name: string, hook: PacketHook): number {
    const file = this.objects.step(name, hook);
    let cost = this.#byObject.get(file.sha256);
    if (cost === undefined) {
      cost = NS.step + codeUse(readElf(file.bytes)).instructions * NS.instruction;
      this.#byObject.set(file.sha256, cost);
    }
    return cost;
  }
}

/** A group of sets on a hook, with what its entry does for each packet. */
export interface EntryWork {
  readonly hook: PacketHook;
  readonly sets: readonly PolicySet["name"][];
  readonly tables: number;
  readonly selectors: number;
}

export function costForecasts(
  entries: readonly EntryWork[],
  compiled: readonly CompiledPolicy[],
  costs: Costs,
): CostForecast[] {
  return entries.map(({ hook, sets, tables, selectors }) => {
    let [chain, dearest]: [number, string | undefined] = [0, undefined];
    for (const c of compiled) {
      if (c.hook !== hook || !sets.includes(c.set)) continue;
      const own = costs.chain(c);
      if (own > chain) [chain, dearest] = [own, `${c.set}/${c.policy.name}`];
    }
    const entry = Math.round(costs.entry(tables, selectors));
    return { hook, sets, tables, selectors, entry, chain: Math.round(chain), dearest, estimate: true };
  });
}
