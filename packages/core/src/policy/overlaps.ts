import { problem, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { HOOKS, type Hook } from "../module/types.js";
import type { Expansions } from "./check-types.js";
import { rankPolicies } from "./evaluate.js";
import { expandCondition } from "./expand.js";
import { ConjunctIndex } from "./conjunct-index.js";
import { interfaceMatches, patternsOf, splitInterface } from "./interfaces.js";
import { OverlapIndex } from "./overlap-index.js";
import { conjunctCovers, mayOverlap } from "./piece-algebra.js";
import { describeShape } from "./shape.js";
import type { Conjunct, Overlap, PolicySet, RankedPolicy } from "./types.js";

const PAIR_LIMIT = 2_000_000;

const isPattern = (text: string): boolean => /[*?]/.test(text);

/** Whether two patterns may mean the same interface; two globs are taken to. */
function mayMeet(a: string, b: string): boolean {
  if ((splitInterface(a).netns === undefined) !== (splitInterface(b).netns === undefined)) return false;
  return (isPattern(a) && isPattern(b)) || interfaceMatches(a, b) || interfaceMatches(b, a);
}

/** Whether every interface of `narrow` is one of `wide`. */
function includes(wide: readonly string[], narrow: readonly string[]): boolean {
  return narrow.every((n) => wide.some((w) => w === n || (!isPattern(n) && interfaceMatches(w, n))));
}

function patternsByName(sets: readonly PolicySet[], hook: Hook): Map<string, readonly string[]> {
  return new Map(sets.map((s) => [s.name, patternsOf(s, hook)]));
}

const nameOf = ({ set, policy }: RankedPolicy): string => `${set}/${policy.name}`;

/** Warnings for policies whose packets all go to one of higher rank that does not continue. */
export function unreachableProblems(sets: readonly PolicySet[], expansions: Expansions): Problem[] {
  const problems: Problem[] = [];
  for (const hook of HOOKS) {
    const patterns = patternsByName(sets, hook);
    const ranked = rankPolicies(sets, hook);
    const earlier = new ConjunctIndex<number>();
    ranked.forEach((later, i) => {
      const own = expansions.get(later.policy)?.get(hook) ?? [];
      const [first] = own;
      // Who covers all of it covers the first of its conjuncts, too.
      const near = first ? [...earlier.covering(first)].sort((a, b) => a - b) : [];
      const by = near
        .map((k) => ranked[k] as RankedPolicy)
        .find((r) => {
          if (!includes(patterns.get(r.set) ?? [], patterns.get(later.set) ?? [])) return false;
          const wide = expansions.get(r.policy)?.get(hook) ?? [];
          if (wide.length * own.length > PAIR_LIMIT) return false;
          return own.every((n) => wide.some((w) => conjunctCovers(w, n)));
        });
      if (!later.policy.continue) for (const c of own) earlier.add(c, i);
      if (!by) return;
      const values = { policy: nameOf(later), hook, by: nameOf(by) };
      const at = sets.findIndex((s) => s.name === later.set);
      const path = `${sets.length > 1 ? `sets[${at}].` : ""}policies[${sets[at]?.policies.indexOf(later.policy) ?? 0}]`;
      problems.push(problem("ERR_EMPTCP_UNREACHABLE", path, values, { severity: "warning" }));
    });
  }
  return problems;
}

/** A policy with its condition, and how many came before it. */
interface Placed {
  readonly ranked: RankedPolicy;
  readonly rank: number;
}

/** One conjunct of a policy that is under way. */
interface Part {
  readonly placed: Placed;
  readonly conjunct: Conjunct;
}

/** Remembers which sets may act on one interface. */
function nearness(sets: readonly PolicySet[], hook: Hook): (a: string, b: string) => boolean {
  const patterns = patternsByName(sets, hook);
  const known = new Map<string, boolean>();
  return (a, b) => {
    const key = `${a} ${b}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const near = (patterns.get(a) ?? []).some((p) => (patterns.get(b) ?? []).some((q) => mayMeet(p, q)));
    known.set(key, near);
    return near;
  };
}

/** Most overlaps that are told; there may be as many as pairs of policies. */
export const OVERLAP_LIMIT = 1000;

/**
 * Pairs of policies that some packet may match both, for `plan`. Exact for positive conditions; negations may
 * exclude an overlap that is reported.
 *
 * @returns at most OVERLAP_LIMIT of them, in the order of the policies
 */
export function findOverlaps(sets: readonly PolicySet[], catalog: ModuleCatalog): Overlap[] {
  const overlaps: (Overlap & { readonly order: number })[] = [];
  for (const hook of HOOKS) {
    const near = nearness(sets, hook);
    const modules = new Map(sets.map((s) => [s.name, catalog.withPreferences(s.modules ?? {})]));
    const index = new OverlapIndex<Part>();
    const parts: Part[] = rankPolicies(sets, hook).flatMap((ranked, rank) => {
      const placed = { ranked, rank };
      const conjuncts = expandCondition(ranked.policy.when, hook, modules.get(ranked.set) ?? catalog);
      return conjuncts.map((conjunct) => ({ placed, conjunct }));
    });
    for (const part of parts) index.add(part.conjunct, part);
    const seen = new Set<string>();
    for (const { placed: first, conjunct } of parts) {
      for (const { placed: second, conjunct: other } of index.meeting(conjunct)) {
        if (second.rank <= first.rank || !near(first.ranked.set, second.ranked.set)) continue;
        const pair = `${first.rank} ${second.rank}`;
        if (seen.has(pair) || !mayOverlap(conjunct, other)) continue;
        seen.add(pair);
        overlaps.push({
          hook,
          first: nameOf(first.ranked),
          second: nameOf(second.ranked),
          example: `${describeShape(conjunct)} with ${describeShape(other)}`,
          continues: first.ranked.policy.continue,
          order: HOOKS.indexOf(hook) * 2 ** 40 + first.rank * 2 ** 20 + second.rank,
        });
        if (overlaps.length === OVERLAP_LIMIT) return inOrder(overlaps);
      }
    }
  }
  return inOrder(overlaps);
}

function inOrder(overlaps: (Overlap & { readonly order: number })[]): Overlap[] {
  return overlaps.sort((a, b) => a.order - b.order).map(({ order: _, ...overlap }) => overlap);
}
