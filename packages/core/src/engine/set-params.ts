import { fail, throwProblems } from "../errors.js";
import type { Params, Policy, PolicySet } from "../policy/types.js";
import { checkSets } from "./check-environment.js";
import { commit, type CommitOptions } from "./commit.js";
import { refuseUnconfirmed } from "./confirm/pending.js";
import { findPolicy } from "./policy-handle.js";
import type { EngineState } from "./state.js";

/** Parameters of one step of a running policy that are to change. */
export interface ParamChange {
  /** Module of the step, or its package. */
  readonly step: string;
  /** Which one of several steps of that module, from 1; default 1. */
  readonly occurrence?: number;
  readonly params: Params;
}

function changed(policy: Policy, changes: readonly ParamChange[]): Policy {
  const chain = [...policy.chain];
  for (const { step, occurrence = 1, params } of changes) {
    const places = chain.flatMap((s, i) => (s.module === step ? [i] : []));
    const at = places[occurrence - 1];
    const old = at === undefined ? undefined : chain[at];
    if (at === undefined || !old) {
      const names = [...new Set(policy.chain.map((s) => s.module))];
      return fail("ERR_EMPTCP_UNKNOWN_STEP", {
        policy: policy.name,
        step: places.length > 0 ? `${step}#${occurrence}` : step,
        known: names,
      });
    }
    chain[at] = { ...old, params: { ...old.params, ...params } };
  }
  return { ...policy, chain };
}

/**
 * Changes parameters of a running policy: data, no program is loaded. A later `apply` of the set wins.
 *
 * @param name `set/policy`, or a policy name that only one set has
 * @returns the generation that runs since
 * @throws ERR_EMPTCP_UNKNOWN_POLICY, ERR_EMPTCP_UNKNOWN_STEP, ProblemsError
 */
export async function setParams(
  state: EngineState,
  name: string,
  changes: readonly ParamChange[],
  options: CommitOptions = {},
): Promise<{ readonly generation: number; readonly policy: string }> {
  const told = changes.map((c) => `${c.step} ${JSON.stringify(c.params)}`).join(", ");
  return state.exclusively(
    (context, running) => {
      refuseUnconfirmed(state.pins, running);
      const [record] = findPolicy(running, name);
      const replace = (set: PolicySet): PolicySet =>
        set.name !== record?.set
          ? set
          : {
              ...set,
              policies: set.policies.map((p) => (p.name === record.name ? changed(p, changes) : p)),
            };
      const sets = running.sets.map(replace);
      const own = sets.filter((s) => s.name === record?.set);
      throwProblems(checkSets(own, context.catalog));
      const after = commit(context, running, sets, options);
      return { generation: after.number, policy: `${record?.set}/${record?.name}` };
    },
    { what: "param set", detail: `${name}: ${told}` },
  );
}
