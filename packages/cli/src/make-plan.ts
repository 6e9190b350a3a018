import {
  checkPolicySets,
  discoverModules,
  EmptcpError,
  findOverlaps,
  placeProblems,
  throwProblems,
  type LoadedSet,
  type Overlap,
  type PolicySet,
  type Problem,
} from "@emptcp/core";
import { changesOf, type Change } from "./format/plan.js";
import { withEngine } from "./with-engine.js";

/** What apply would do. */
export interface Plan {
  /** The generation that runs; null when this process may not read it. */
  readonly generation: number | null;
  readonly changes: readonly Change[];
  readonly overlaps: readonly Overlap[];
  readonly warnings: readonly Problem[];
}

async function running(pinDir: string): Promise<{ generation: number | null; sets: readonly PolicySet[] }> {
  return withEngine(pinDir, (engine) => {
    try {
      const { number, sets } = engine.current();
      return { generation: number, sets };
    } catch (error) {
      if (error instanceof EmptcpError && error.code === "ERR_EMPTCP_ACCESS")
        return { generation: null, sets: [] };
      throw error;
    }
  });
}

/**
 * Checks the sets together with those that run and compares them.
 * @throws ProblemsError with everything that is wrong
 */
export async function makePlan(loaded: readonly LoadedSet[], pinDir: string): Promise<Plan> {
  const catalog = discoverModules();
  const problems = placeProblems(
    loaded,
    checkPolicySets(
      loaded.map(({ set }) => set),
      catalog,
    ),
  );
  throwProblems(problems);
  const warnings = problems;
  const { generation, sets } = await running(pinDir);
  const others = sets.filter((set) => !loaded.some((one) => one.set.name === set.name));
  const changes = loaded.flatMap(({ set }) =>
    changesOf(
      sets.find((one) => one.name === set.name),
      set,
    ),
  );
  return {
    generation,
    changes,
    overlaps: findOverlaps([...others, ...loaded.map(({ set }) => set)], catalog),
    warnings,
  };
}
