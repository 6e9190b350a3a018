import type { Policy, PolicySet } from "@emptcp/core";
import { formatAttach } from "./attach.js";
import { formatChain, formatCondition } from "./condition.js";

/** One difference between what runs and what is asked for. */
export interface Change {
  readonly kind: "add" | "change" | "remove" | "keep";
  /** `set` or `set/policy`. */
  readonly what: string;
  /** For a change: which part, and its text before and after. */
  readonly details: readonly { readonly part: string; readonly before?: string; readonly after?: string }[];
}

const PARTS: Readonly<Record<string, (policy: Policy) => string>> = {
  when: (policy) => formatCondition(policy.when),
  chain: (policy) => formatChain(policy.chain),
  priority: (policy) => String(policy.priority),
  continue: (policy) => String(policy.continue),
  onError: (policy) => policy.onError,
  capacity: (policy) => (policy.capacity === undefined ? "default" : String(policy.capacity)),
};

function describe(policy: Policy): Change["details"] {
  return ["when", "chain"].map((part) => ({ part, after: PARTS[part]?.(policy) ?? "" }));
}

function comparePolicies(what: string, before: Policy | undefined, after: Policy | undefined): Change {
  if (!before && after) return { kind: "add", what, details: describe(after) };
  if (!before || !after) return { kind: "remove", what, details: [] };
  const details = Object.entries(PARTS).flatMap(([part, text]) =>
    text(before) === text(after) ? [] : [{ part, before: text(before), after: text(after) }],
  );
  return { kind: details.length === 0 ? "keep" : "change", what, details };
}

/** What replacing one set by another changes, policy by policy. @param before undefined when the set is new */
export function changesOf(before: PolicySet | undefined, after: PolicySet): Change[] {
  const names = [...new Set([...(before?.policies ?? []), ...after.policies].map((policy) => policy.name))];
  const find = (set: PolicySet | undefined, name: string): Policy | undefined =>
    set?.policies.find((policy) => policy.name === name);
  const policies = names.map((name) =>
    comparePolicies(`${after.name}/${name}`, find(before, name), find(after, name)),
  );
  const [old, now] = [before && formatAttach(before).join("; "), formatAttach(after).join("; ")];
  if (old === now) return policies;
  const attach = { part: "attach", ...(old !== undefined && { before: old }), after: now };
  return [{ kind: before ? "change" : "add", what: after.name, details: [attach] }, ...policies];
}

/** That a set goes. */
export function removalOf(set: PolicySet): Change {
  return {
    kind: "remove",
    what: set.name,
    details: [{ part: "attach", before: formatAttach(set).join("; ") }],
  };
}
