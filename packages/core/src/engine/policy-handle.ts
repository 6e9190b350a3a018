import { fail } from "../errors.js";
import type { GenerationManifest, PolicyRecord } from "./manifest.js";
import { RuleSet } from "./rule-set.js";
import type { EngineState } from "./state.js";

/** A running policy. */
export class PolicyHandle {
  /** Its rules beside those that follow from `when`. */
  readonly rules: RuleSet;

  /** @param name `set/policy`, or a policy name that only one set has */
  constructor(
    state: EngineState,
    readonly name: string,
  ) {
    findPolicy(state.manifest(), name);
    this.rules = new RuleSet(state, name);
  }
}

/**
 * The records of a policy, one for each hook.
 *
 * @throws ERR_EMPTCP_UNKNOWN_POLICY when there is none, or when several sets have one of that name
 */
export function findPolicy(manifest: GenerationManifest, name: string): PolicyRecord[] {
  const slash = name.indexOf("/");
  const set = slash < 0 ? undefined : name.slice(0, slash);
  const policy = name.slice(slash + 1);
  const found = manifest.policies.filter((p) => p.name === policy && (set === undefined || p.set === set));
  if (found.length === 0 || new Set(found.map((p) => p.set)).size > 1) {
    const known = [...new Set(manifest.policies.map((p) => `${p.set}/${p.name}`))];
    return fail("ERR_EMPTCP_UNKNOWN_POLICY", {
      policy,
      set: set ?? (found.length === 0 ? "any" : "several sets"),
      suggestion: known.length > 0 ? `: ${known.slice(0, 10).join(", ")}` : "",
    });
  }
  return found;
}
