import { fail, type Engine, type Policy } from "@emptcp/core";

/** A running policy, its set's name and the policy as it was written. @throws ERR_EMPTCP_UNKNOWN_POLICY */
export function policyOf(engine: Engine, name: string): { readonly name: string; readonly policy: Policy } {
  engine.policy(name);
  const slash = name.indexOf("/");
  const set = engine
    .list()
    .find(
      (s) =>
        (slash < 0 || s.name === name.slice(0, slash)) &&
        s.policies.some((p) => p.name === name.slice(slash + 1)),
    );
  const policy = set?.policies.find((p) => p.name === name.slice(slash + 1));
  if (!set || !policy) return fail("ERR_EMPTCP_INTERNAL", { what: "find policy", reason: name });
  return { name: `${set.name}/${policy.name}`, policy };
}
