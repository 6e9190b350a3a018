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
 * @throws ERR_EMPTCP_UNKNOWN_SET when the set that is named does not run
 * @throws ERR_EMPTCP_UNKNOWN_POLICY when there is none, or when several sets have one of that name
 */
export function findPolicy(manifest: GenerationManifest, name: string): PolicyRecord[] {
  const slash = name.indexOf("/");
  const set = slash < 0 ? undefined : name.slice(0, slash);
  const policy = name.slice(slash + 1);
  const found = manifest.policies.filter((p) => p.name === policy && (set === undefined || p.set === set));
  if (set !== undefined && !manifest.sets.some((s) => s.name === set))
    return fail("ERR_EMPTCP_UNKNOWN_SET", { set });
  const several = new Set(found.map((p) => p.set)).size > 1;
  if (found.length > 0 && !several) return found;
  const choice = several ? found : manifest.policies.filter((p) => set === undefined || p.set === set);
  const known = [...new Set(choice.map((p) => `${p.set}/${p.name}`))];
  const more = known.length > 10 ? ", …" : "";
  return fail("ERR_EMPTCP_UNKNOWN_POLICY", {
    policy,
    where: set === undefined ? "" : ` in set "${set}"`,
    reason: several ? "several sets have one" : "it is not there",
    command: set === undefined ? "emptcp stats" : `emptcp show ${set}`,
    suggestion: known.length > 0 ? `: ${known.slice(0, 10).join(", ")}${more}` : "",
  });
}
