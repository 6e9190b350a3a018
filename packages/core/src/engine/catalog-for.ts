import { discoverModules } from "../module/discover.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { Condition, PolicySet } from "../policy/types.js";

/** Package directories of the modules that a policy set was written with in TypeScript. */
function rootsOf(set: PolicySet): string[] {
  const roots = new Set<string>();
  const add = (root: string | undefined): void => {
    if (root !== undefined) roots.add(root);
  };
  const walk = (condition: Condition): void => {
    if (condition.kind === "match") add(condition.root);
    else if (condition.kind === "not") walk(condition.of);
    else condition.of.forEach(walk);
  };
  for (const policy of set.policies) {
    walk(policy.when);
    for (const step of policy.chain) add(step.root);
  }
  return [...roots];
}

/** The catalog with the modules that the set's author imported, those first. */
export function catalogFor(set: PolicySet, catalog: ModuleCatalog): ModuleCatalog {
  const roots = rootsOf(set);
  const known = catalog.list();
  const missing = roots.filter((root) => !known.some((m) => m.dir === root));
  if (missing.length === 0) return catalog;
  return discoverModules({ from: missing, extra: known });
}
