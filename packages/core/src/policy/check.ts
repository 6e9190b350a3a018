import { problem, problemOf, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { checkModule } from "../module/compatible.js";
import { HOOKS, type Hook, type InstalledModule } from "../module/types.js";
import { chainProblems } from "./check-chain.js";
import { ruleProblems } from "./check-param-rules.js";
import { conditionProblems, matchesOf, moduleProblem } from "./check-condition.js";
import { groupProblems } from "./check-groups.js";
import { localProblems } from "./check-local.js";
import type { CheckEnv } from "./check-types.js";
import { expandCondition } from "./expand.js";
import { patternsOf } from "./interfaces.js";
import { CHAIN_LIMIT, POLICY_LIMIT } from "./limits.js";
import { unreachableProblems } from "./overlaps.js";
import type { Conjunct, Policy, PolicySet } from "./types.js";

export function hooksOf(set: Pick<PolicySet, "attach">): Hook[] {
  return HOOKS.filter((hook) => patternsOf(set, hook).length > 0);
}

function duplicates(names: readonly string[], what: string, at: (i: number) => string): Problem[] {
  const seen = new Set<string>();
  return names.flatMap((name, i) =>
    seen.size < seen.add(name).size ? [] : [problem("ERR_EMPTCP_DUPLICATE_NAME", at(i), { what, name })],
  );
}

/** Problems that stand in several hooks or policies alike are said once. */
function distinct(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map((p) => [`${p.path}\n${p.message}`, p]));
  return [...seen.values()];
}

/** Says which name a module has that is called by another one. */
function aliasProblems(name: string, { manifest }: InstalledModule, path: string): Problem[] {
  const { module, aliases = [] } = manifest;
  if (name === module || !aliases.includes(name)) return [];
  return [problem("ERR_EMPTCP_OLD_NAME", path, { name, module }, { severity: "warning" })];
}

/** The first problem of a module's versions or existence, by module name, so that it is said once for each. */
function moduleProblems(set: PolicySet, catalog: ModuleCatalog, env: CheckEnv, path: string): Problem[] {
  const facts = env.core === undefined ? undefined : { core: env.core, ...(env.abis && { abis: env.abis }) };
  return set.policies.flatMap((policy, i) => {
    const at = `${path}policies[${i}]`;
    const used = [
      ...policy.chain.map((step, k) => ({ module: step.module, at: `${at}.chain[${k}]` })),
      ...matchesOf(policy.when, `${at}.when`).map((m) => ({ module: m.match.module, at: m.path })),
    ];
    return used.flatMap((use) => {
      const installed = catalog.get(use.module);
      if (!installed) return [];
      const wrong = facts ? checkModule(installed, facts) : [];
      return [...wrong.map((p) => ({ ...p, path: use.at })), ...aliasProblems(use.module, installed, use.at)];
    });
  });
}

function policyProblems(
  policy: Policy,
  hooks: readonly Hook[],
  catalog: ModuleCatalog,
  env: CheckEnv,
  path: string,
  expanded: Map<Hook, readonly Conjunct[]>,
): Problem[] {
  const problems: Problem[] = [];
  if (policy.chain.length > CHAIN_LIMIT) {
    const values = { policy: policy.name, steps: policy.chain.length, limit: CHAIN_LIMIT };
    problems.push(problem("ERR_EMPTCP_CHAIN_LENGTH", `${path}.chain`, values));
  }
  for (const hook of hooks) {
    policy.chain.forEach((step, i) => {
      const wrong = moduleProblem(step.module, "actor", hook, catalog, `${path}.chain[${i}]`);
      if (wrong) problems.push(wrong);
    });
    const wrong = conditionProblems(policy.when, hook, catalog).map((p) => ({
      ...p,
      path: `${path}.when.${p.path}`,
    }));
    problems.push(...wrong);
    if (wrong.length > 0) continue;
    try {
      const conjuncts = expandCondition(policy.when, hook, catalog);
      expanded.set(hook, conjuncts);
      if (conjuncts.length > 0) continue;
      const values = { policy: policy.name, hook };
      problems.push(problem("ERR_EMPTCP_NEVER_MATCHES", `${path}.when`, values));
    } catch (error) {
      problems.push(...problemOf(error, `${path}.when`));
    }
  }
  return [
    ...problems,
    ...chainProblems(policy, catalog, env, path),
    ...ruleProblems(policy, hooks, catalog, path),
  ];
}

/**
 * Everything that can be said about policy sets without the kernel, all at once: modules, versions, hooks,
 * parameters, lengths, fields between modules, contradictions, limits, names, unreachable policies.
 *
 * @param sets normalised; the paths of problems begin with `sets[i].` when there are several
 * @param env what is known of this machine; what is absent is not checked
 * @returns problems with severity "error" or "warning"
 */
export function checkPolicySets(
  sets: readonly PolicySet[],
  catalog: ModuleCatalog,
  env: CheckEnv = {},
): Problem[] {
  const prefix = (i: number): string => (sets.length > 1 ? `sets[${i}].` : "");
  const problems = duplicates(
    sets.map((s) => s.name),
    "policy set",
    (i) => `${prefix(i)}name`,
  );
  const count = sets.reduce((n, s) => n + s.policies.length * hooksOf(s).length, 0);
  if (count > POLICY_LIMIT) {
    return [...problems, problem("ERR_EMPTCP_TOO_MANY_POLICIES", "", { limit: POLICY_LIMIT, count })];
  }
  const expansions = new Map<Policy, Map<Hook, readonly Conjunct[]>>();
  sets.forEach((set, i) => {
    const path = prefix(i);
    const own = catalog.withPreferences(set.modules ?? {});
    const ownEnv = env.ifindexFor ? { ...env, ifindex: env.ifindexFor(set) } : env;
    const names = set.policies.map((p) => p.name);
    problems.push(...duplicates(names, "policy", (k) => `${path}policies[${k}].name`));
    try {
      problems.push(...moduleProblems(set, own, env, path));
      set.policies.forEach((policy, k) => {
        const expanded = new Map<Hook, readonly Conjunct[]>();
        expansions.set(policy, expanded);
        const at = `${path}policies[${k}]`;
        problems.push(...policyProblems(policy, hooksOf(set), own, ownEnv, at, expanded));
      });
      problems.push(...localProblems(set, own, env, path));
    } catch (error) {
      problems.push(...problemOf(error, path.replace(/\.$/, "")));
    }
  });
  if (!problems.some((p) => p.severity === "error")) {
    problems.push(...groupProblems(sets, catalog, env, expansions));
    problems.push(...unreachableProblems(sets, expansions));
  }
  return distinct(problems);
}
