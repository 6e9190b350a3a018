import { problem, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { Hook } from "../module/types.js";
import { suggest } from "../text.js";
import { parseMatch } from "./parse-match.js";
import type { Condition, Match } from "./types.js";

type Known = Pick<ModuleCatalog, "get"> & Partial<Pick<ModuleCatalog, "list">>;

/** A match of a condition and where it stands. */
export interface PlacedMatch {
  readonly match: Match;
  /** E.g. `all[0].not.ip-pair`. */
  readonly path: string;
  /** Under an odd number of `not`. */
  readonly negated: boolean;
}

/** Every match of a condition, in order. */
export function matchesOf(condition: Condition, path = "", negated = false): PlacedMatch[] {
  const at = (step: string): string => (path === "" ? step : `${path}.${step}`);
  switch (condition.kind) {
    case "match":
      return [{ match: condition, path: at(condition.module), negated }];
    case "not":
      return matchesOf(condition.of, at("not"), !negated);
    case "all":
    case "any":
      return condition.of.flatMap((c, i) => matchesOf(c, at(`${condition.kind}[${i}]`), negated));
  }
}

/** What is wrong with the use of a module by name as a step or a match; undefined when nothing is. */
export function moduleProblem(
  module: string,
  kind: "actor" | "selector",
  hook: Hook,
  catalog: Known,
  path: string,
): Problem | undefined {
  const installed = catalog.get(module);
  if (!installed) {
    const names = catalog.list?.().flatMap((m) => [m.manifest.module, ...(m.manifest.aliases ?? [])]) ?? [];
    return problem("ERR_EMPTCP_UNKNOWN_MODULE", path, { module, suggestion: suggest(module, names) });
  }
  const { manifest } = installed;
  const article = (k: string): string => (k === "actor" ? "an actor" : "a selector");
  if (manifest.kind !== kind) {
    return problem("ERR_EMPTCP_MODULE_KIND", path, {
      module,
      expected: article(kind),
      got: article(manifest.kind),
    });
  }
  if (!manifest.hooks.includes(hook)) {
    const where = `, it runs on ${manifest.hooks.join(", ")}`;
    return problem("ERR_EMPTCP_HOOK_UNSUPPORTED", path, { module, hook, where });
  }
  return undefined;
}

/** Everything wrong with a condition on one hook: unknown modules, wrong kinds and hooks, wrong parameters. */
export function conditionProblems(when: Condition, hook: Hook, catalog: Known): Problem[] {
  return matchesOf(when).flatMap(({ match, path }) => {
    const wrong = moduleProblem(match.module, "selector", hook, catalog, path);
    const manifest = catalog.get(match.module)?.manifest;
    if (wrong || !manifest) return wrong ? [wrong] : [];
    return parseMatch(manifest, match.params, hook).problems.map((p) => ({
      ...p,
      path: p.path === "" ? path : `${path}.${p.path}`,
    }));
  });
}
