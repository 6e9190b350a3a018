import {
  checkPolicySets,
  checkSets,
  discoverModules,
  EmptcpError,
  findOverlaps,
  findSessions,
  forecast,
  OVERLAP_LIMIT,
  placeProblems,
  ProblemsError,
  sessionProblems,
  throwProblems,
  type Forecast,
  type GenerationManifest,
  type LoadedSet,
  type ModuleCatalog,
  type Overlap,
  type PolicySet,
  type Problem,
} from "@emptcp/core";
import { attachProblem } from "./attach-problem.js";
import { standingOf, type EngineStanding } from "./format/notices.js";
import { changesOf, removalOf, type Change } from "./format/plan.js";
import { withEngine } from "./with-engine.js";

/** What apply would do. */
export interface Plan extends Forecast, Partial<EngineStanding> {
  /** The generation that runs; null when this process may not read it. */
  readonly generation: number | null;
  readonly changes: readonly Change[];
  readonly overlaps: readonly Overlap[];
  /** There are more overlaps than are told. */
  readonly moreOverlaps: boolean;
  readonly warnings: readonly Problem[];
}

/** What runs, and how; undefined when this process may not read it. */
async function runningAt(
  pinDir: string,
): Promise<{ readonly manifest: GenerationManifest; readonly standing: EngineStanding } | undefined> {
  return withEngine(pinDir, (engine) => {
    try {
      return { manifest: engine.current(), standing: standingOf(engine) };
    } catch (error) {
      if (error instanceof EmptcpError && error.code === "ERR_EMPTCP_ACCESS") return undefined;
      throw error;
    }
  });
}

/** What is wrong with sets, with the interfaces of this machine as far as they can be seen. */
function problemsOf(sets: readonly PolicySet[], catalog: ModuleCatalog, unseen: string[]): Problem[] {
  try {
    return checkSets(sets, catalog);
  } catch (error) {
    const missing = attachProblem(sets, error);
    if (missing) return [...checkPolicySets(sets, catalog), missing];
    if (error instanceof ProblemsError || !(error instanceof Error)) throw error;
    unseen.push(`interfaces and addresses: ${error.message}`);
    return checkPolicySets(sets, catalog);
  }
}

/**
 * Checks the sets together with those that run, compares them, and tells what apply would do.
 *
 * @param prune sets that run and are not given would be removed
 * @throws ProblemsError with everything that is wrong
 */
export async function makePlan(loaded: readonly LoadedSet[], pinDir: string, prune = false): Promise<Plan> {
  const catalog = discoverModules();
  const unseen: string[] = [];
  const given = loaded.map(({ set }) => set);
  const problems = placeProblems(loaded, problemsOf(given, catalog, unseen));
  throwProblems(problems);
  const running = await runningAt(pinDir);
  const before = running?.manifest;
  const others = (before?.sets ?? []).filter((s) => !given.some((g) => g.name === s.name));
  // The given sets first: paths of problems then count as the files do.
  const after = prune ? given : [...given, ...others];
  const session = sessionProblems(after, { catalog, sessions: findSessions() });
  const own = placeProblems(loaded, session).filter((p) => p.place !== undefined);
  const overlaps = findOverlaps(after, catalog);
  const isGiven = (name: string): boolean => given.some((g) => name.startsWith(`${g.name}/`));
  const expected = forecast(after, before, catalog);
  return {
    ...expected,
    ...running?.standing,
    generation: expected.running,
    unseen: [...unseen, ...expected.unseen],
    changes: [
      ...given.flatMap((set) =>
        changesOf(
          before?.sets.find((s) => s.name === set.name),
          set,
        ),
      ),
      ...(prune ? others.map((set) => removalOf(set)) : []),
    ],
    overlaps: overlaps.filter((o) => isGiven(o.first) || isGiven(o.second)),
    moreOverlaps: overlaps.length >= OVERLAP_LIMIT,
    warnings: [...problems, ...own],
  };
}
