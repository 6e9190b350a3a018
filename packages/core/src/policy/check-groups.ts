import { problem, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { HOOKS, type Hook, type ManifestKey } from "../module/types.js";
import { interfaceText, type CheckEnv, type Expansions } from "./check-types.js";
import { interfaceMatches, patternsOf } from "./interfaces.js";
import { JOINED_KEY_LIMIT, SELECTOR_LIMIT, TABLE_KEY_LIMIT, TABLE_LIMIT } from "./limits.js";
import { keySize } from "./pieces.js";
import { describeShape, shapeKey, tableKeySize, valueKey } from "./shape.js";
import type { Conjunct, PolicySet } from "./types.js";

/** Sets that act together on some interface of a hook. */
interface Group {
  readonly hook: Hook;
  readonly iface: string;
  readonly sets: readonly PolicySet[];
}

function groupsOf(sets: readonly PolicySet[], env: CheckEnv): Group[] {
  const groups = new Map<string, Group>();
  for (const hook of HOOKS) {
    // Without knowing the interfaces, each name or pattern stands for one.
    const ifaces = env.interfaces?.map(interfaceText) ?? sets.flatMap((s) => patternsOf(s, hook));
    for (const iface of ifaces) {
      const here = sets.filter((s) =>
        patternsOf(s, hook).some((p) => p === iface || interfaceMatches(p, iface)),
      );
      const key = `${hook} ${here.map((s) => s.name).join(" ")}`;
      if (here.length > 0 && !groups.has(key)) groups.set(key, { hook, iface, sets: here });
    }
  }
  return [...groups.values()];
}

/** Tables that a set's conjuncts need: one for each shape, and one more for each further rule with an equal key. */
export function tablesOf(conjuncts: readonly Conjunct[]): Map<string, number> {
  const layers = new Map<string, Map<string, number>>();
  const put = (shape: string, value: string): void => {
    const table = layers.get(shape) ?? new Map<string, number>();
    layers.set(shape, table);
    table.set(value, (table.get(value) ?? 0) + 1);
  };
  const literals = new Map(conjuncts.flatMap((c) => c.negatives.map((n) => [n.id, n] as const)));
  for (const c of conjuncts) put(shapeKey(c.family, c.pieces), valueKey(c.pieces));
  for (const literal of literals.values()) {
    for (const p of literal.pieces) put(shapeKey(p.family, [p], true), valueKey([p]));
  }
  return new Map(
    [...layers].map(([shape, table]) => [shape, [...table.values()].reduce((a, b) => Math.max(a, b), 0)]),
  );
}

function selectorsOf(conjuncts: readonly Conjunct[]): string[] {
  const names = conjuncts
    .flatMap((c) => [...c.pieces, ...c.negatives.flatMap((n) => n.pieces)])
    .map((p) => p.selector);
  return [...new Set(names)].sort();
}

/** The key of a selector as the first set that can tell means it. */
function keyOf(name: string, sets: readonly PolicySet[], catalog: ModuleCatalog): ManifestKey | undefined {
  const choice = sets.find((s) => s.modules?.[name] !== undefined)?.modules;
  return catalog.withPreferences(choice ?? {}).get(name)?.manifest.key;
}

/** What the entries of groups cannot hold. */
export function groupProblems(
  sets: readonly PolicySet[],
  catalog: ModuleCatalog,
  env: CheckEnv,
  expansions: Expansions,
): Problem[] {
  return groupsOf(sets, env).flatMap(({ hook, iface, sets: here }) => {
    const where = ` on ${iface} at ${hook}`;
    const bySet = here.map((s) => s.policies.flatMap((p) => expansions.get(p)?.get(hook) ?? []));
    const conjuncts = bySet.flat();
    const problems: Problem[] = [];
    const count = bySet.flatMap((c) => [...tablesOf(c).values()]).reduce((a, b) => a + b, 0);
    if (count > TABLE_LIMIT) {
      problems.push(problem("ERR_EMPTCP_TOO_MANY_TABLES", "", { where, count, limit: TABLE_LIMIT }));
    }
    const selectors = selectorsOf(conjuncts);
    if (selectors.length > SELECTOR_LIMIT) {
      problems.push(
        problem("ERR_EMPTCP_TOO_MANY_SELECTORS", "", { where, selectors, limit: SELECTOR_LIMIT }),
      );
    }
    const size = selectors.reduce((sum, name) => {
      const key = keyOf(name, here, catalog);
      return sum + (key ? Math.ceil(keySize(key, 0) / 4) * 4 : 0);
    }, 0);
    if (size > JOINED_KEY_LIMIT) {
      problems.push(problem("ERR_EMPTCP_KEY_SIZE", "", { where, selectors, size, limit: JOINED_KEY_LIMIT }));
    }
    const wide = conjuncts.find((c) => tableKeySize(c.pieces) > TABLE_KEY_LIMIT);
    if (wide) {
      const values = {
        where,
        selectors: describeShape(wide),
        size: tableKeySize(wide.pieces),
        limit: TABLE_KEY_LIMIT,
      };
      problems.push(problem("ERR_EMPTCP_KEY_SIZE", "", values));
    }
    return problems;
  });
}
