import { problem, problemOf, type Problem } from "../errors.js";
import { encodeParams } from "../params/encode.js";
import { conditionProblems } from "../policy/check-condition.js";
import { compileRuleEncoder, type RuleEncoder } from "../policy/rule-encoder.js";
import { parameterInterfaces } from "./param-interfaces.js";
import { findPolicy } from "./policy-handle.js";
import { overridesOf, type RuleInput } from "./rule-input.js";
import { SetModules } from "./set-modules.js";
import type { EngineState } from "./state.js";

/**
 * Prepares a check of rules of a running policy.
 *
 * @returns tells what is wrong with a rule, all of it; empty when it can be added
 * @throws ERR_EMPTCP_UNKNOWN_POLICY
 */
export function ruleChecker(state: EngineState, name: string): (rule: RuleInput) => readonly Problem[] {
  const manifest = state.manifest();
  const records = findPolicy(manifest, name);
  const set = manifest.sets.find((s) => s.name === records[0]?.set);
  const policy = set?.policies.find((p) => p.name === records[0]?.name);
  const modules = SetModules.of(set, state.catalog);
  const env = set ? { ifindex: parameterInterfaces(set, manifest.ports, true) } : {};
  const encoders = new Map<string, readonly (RuleEncoder | undefined)[]>();
  const scratch = Buffer.alloc(64);

  /** True when the fast way understands the rule on every hook: then there is nothing to say about it. */
  const isPlain = ({ when }: RuleInput): boolean => {
    if (when.kind !== "match") return false;
    let known = encoders.get(when.module);
    if (!known) {
      const selector =
        modules.catalog.candidates(when.module).length > 0 ? modules.get(when.module) : undefined;
      known = records.map((r) => selector && compileRuleEncoder(selector.manifest, r.hook));
      encoders.set(when.module, known);
    }
    return known.length > 0 && known.every((e) => e !== undefined && e.encode(when.params, scratch, 0) >= 0);
  };

  const paramProblems = (rule: RuleInput): Problem[] =>
    overridesOf(rule.params).flatMap(([module, params]) => {
      const own = modules.get(module)?.manifest;
      const at = records[0]?.steps.findIndex((s) => s.package === own?.name) ?? -1;
      if (!own || at < 0) {
        const where = ` in the chain of policy "${records[0]?.name}"`;
        return [problem("ERR_EMPTCP_UNKNOWN_MODULE", module, { module, where })];
      }
      try {
        encodeParams(own, { ...policy?.chain[at]?.params, ...params }, env);
        return [];
      } catch (error) {
        return problemOf(error, module);
      }
    });

  return (rule) => {
    if (isPlain(rule)) return paramProblems(rule);
    const seen = new Map<string, Problem>();
    for (const { hook } of records) {
      for (const p of conditionProblems(rule.when, hook, modules.catalog))
        seen.set(`${p.path} ${p.message}`, p);
    }
    return [...seen.values(), ...paramProblems(rule)];
  };
}
