import { fail } from "../errors.js";
import type { CompiledPolicy } from "./compile-policies.js";
import { HOOKS, LIMITS } from "./layout.js";
import type { GenerationManifest } from "./manifest.js";
import { StepInstances } from "./sequences.js";

export interface StepPlan {
  readonly steps: GenerationManifest["steps"];
  /** Slot of the first step of each policy, in the order of the policies. */
  readonly first: readonly number[];
}

/**
 * The step programs for these policies.
 *
 * @param loaded programs that may be used again; they keep their slots
 * @throws ERR_EMPTCP_TOO_MANY_STEPS
 */
export function planSteps(
  compiled: readonly CompiledPolicy[],
  loaded: GenerationManifest["steps"] = [],
): StepPlan {
  const byHook = new Map(
    HOOKS.map((hook) => [hook, new StepInstances(loaded.filter((s) => s.hook === hook))]),
  );
  const first = compiled.map((c) => {
    const slot = byHook.get(c.hook)?.add(c.sequence);
    return slot ?? fail("ERR_EMPTCP_TOO_MANY_STEPS", { limit: LIMITS.steps });
  });
  const steps = [...byHook].flatMap(([hook, s]) => s.list().map((i) => ({ ...i, hook })));
  return { steps, first };
}
