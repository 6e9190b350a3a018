import { isDeepStrictEqual } from "node:util";
import { problem, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { Hook, Manifest, ParamRule, ParamValues } from "../module/types.js";
import { parseParams } from "../params/check.js";
import { kindOf } from "../params/kinds.js";
import type { ParamDescriptor } from "../params/types.js";
import { listNames, show } from "../text.js";
import type { Policy } from "./types.js";

/** Values are compared as what they mean: `"10kB"` is 10000. */
function holds(value: unknown, wanted: ParamValues, descriptor: ParamDescriptor): boolean {
  const isOneOf = (list: readonly unknown[]): boolean =>
    list.some((text) => isDeepStrictEqual(kindOf(descriptor).parse(text, descriptor), value));
  return "is" in wanted ? isOneOf(wanted.is) : !isOneOf(wanted.not);
}

function applies(rule: ParamRule, manifest: Manifest, values: ReadonlyMap<string, unknown>): boolean {
  return Object.entries(rule.when).every(([name, wanted]) => {
    const descriptor = manifest.params.find((param) => param.name === name);
    return descriptor && values.has(name) && holds(values.get(name), wanted, descriptor);
  });
}

/** The parameters that a rule speaks of, as the user wrote them: `subtype "dss" and force false`. */
function told(rule: ParamRule, manifest: Manifest, params: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(rule.when);
  const words = names.map((name) => {
    const byDefault = manifest.params.find((param) => param.name === name)?.default;
    return `${name} ${show(params[name] ?? byDefault)}`;
  });
  return listNames(words, "and");
}

/** Uses of parameters that the modules of a chain refuse, on the hooks that the policy runs on. */
export function ruleProblems(
  policy: Policy,
  hooks: readonly Hook[],
  catalog: ModuleCatalog,
  path: string,
): Problem[] {
  return policy.chain.flatMap((step, i) => {
    const manifest = catalog.get(step.module)?.manifest;
    if (!manifest?.refuses) return [];
    const { values } = parseParams(manifest, step.params);
    const at = `${path}.chain[${i}].${step.module}`;
    return manifest.refuses.flatMap((rule) => {
      const here = hooks.filter((hook) => rule.hooks?.includes(hook) ?? true);
      if (here.length === 0 || !applies(rule, manifest, values)) return [];
      const [first] = Object.keys(rule.when).filter((name) => Object.hasOwn(step.params, name));
      const facts = {
        module: manifest.module,
        params: told(rule, manifest, step.params),
        where: rule.hooks ? ` on ${listNames(here, "and")}` : "",
        because: rule.because,
        instead: rule.instead,
      };
      return [problem("ERR_EMPTCP_PARAM_USE", first === undefined ? at : `${at}.${first}`, facts)];
    });
  });
}
