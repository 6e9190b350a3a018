import { problem, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { HOOKS, type Hook } from "../module/types.js";
import type { Expansions } from "./check-types.js";
import { rankPolicies } from "./evaluate.js";
import { expandCondition } from "./expand.js";
import { ConjunctIndex } from "./conjunct-index.js";
import { interfaceMatches, patternsOf, splitInterface } from "./interfaces.js";
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

function firstOverlap(a: readonly Conjunct[], b: readonly Conjunct[]): [Conjunct, Conjunct] | undefined {
  let left = PAIR_LIMIT;
  for (const x of a) {
    for (const y of b) {
      if (left-- === 0) return undefined;
      if (mayOverlap(x, y)) return [x, y];
    }
  }
  return undefined;
}

/**
 * Pairs of policies that some packet may match both, for `plan`. Exact for positive conditions; negations may
 * exclude an overlap that is reported.
 */
export function findOverlaps(sets: readonly PolicySet[], catalog: ModuleCatalog): Overlap[] {
  const overlaps: Overlap[] = [];
  for (const hook of HOOKS) {
    const patterns = patternsByName(sets, hook);
    const ranked = rankPolicies(sets, hook).map((r) => ({
      r,
      conjuncts: expandCondition(
        r.policy.when,
        hook,
        catalog.withPreferences(sets.find((s) => s.name === r.set)?.modules ?? {}),
      ),
    }));
    ranked.forEach(({ r: first, conjuncts: a }, i) => {
      for (const { r: second, conjuncts: b } of ranked.slice(i + 1)) {
        const near = (patterns.get(first.set) ?? []).some((p) =>
          (patterns.get(second.set) ?? []).some((q) => mayMeet(p, q)),
        );
        const found = near ? firstOverlap(a, b) : undefined;
        if (!found) continue;
        overlaps.push({
          hook,
          first: nameOf(first),
          second: nameOf(second),
          example: `${describeShape(found[0])} with ${describeShape(found[1])}`,
          continues: first.policy.continue,
        });
      }
    });
  }
  return overlaps;
}
