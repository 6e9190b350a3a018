import type { Condition, Policy, PolicySet, Step } from "@emptcp/core";
import { stringify } from "yaml";

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** A module with its parameters, as short as policy files can say it. */
function use({ module, params }: Pick<Step, "module" | "params">): Plain {
  return Object.keys(params).length === 0 ? module : { [module]: params as Plain };
}

function condition(given: Condition): Plain {
  switch (given.kind) {
    case "match":
      // `any: {}` is the selector of that name, `any` alone would read the same.
      return given.module === "any" ? { any: given.params as Plain } : use(given);
    case "not":
      return { not: condition(given.of) };
    default:
      return { [given.kind]: given.of.map(condition) };
  }
}

function policy(given: Policy): Plain {
  return {
    name: given.name,
    ...(given.priority !== 0 && { priority: given.priority }),
    when: condition(given.when),
    chain: given.chain.map(use),
    ...(given.continue && { continue: true }),
    ...(given.onError !== "pass" && { onError: given.onError }),
    ...(given.capacity !== undefined && { capacity: given.capacity }),
  };
}

function attach({ xdp, ...others }: PolicySet["attach"]): Plain {
  const mode = xdp?.mode === "auto" ? xdp.interfaces : xdp;
  return { ...(mode && { xdp: mode as Plain }), ...(others as { [hook: string]: Plain }) };
}

const options = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/** A policy set as the text of a policy file, always the same for the same set. Policies stand in the order of their names. */
export function policyText(set: PolicySet): string {
  const head: Plain = {
    name: set.name,
    attach: attach(set.attach),
    ...(set.modules && { modules: set.modules }),
  };
  const policies = [...set.policies].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${stringify(head, options)}${stringify({ policies: policies.map(policy) }, options)}`;
}
