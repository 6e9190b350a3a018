import { isDeepStrictEqual } from "node:util";
import { problem, ProblemsError, throwProblems, type Problem } from "../errors.js";
import { normalisePolicySet } from "../policy/index.js";
import type { PolicySet } from "../policy/types.js";
import { catalogFor } from "./catalog-for.js";
import { checkSets } from "./check-environment.js";
import { commit, type CommitOptions } from "./commit.js";
import { refuseUnconfirmed, writePending } from "./confirm/pending.js";
import { startWatchdog, type Watchdog } from "./confirm/start-watchdog.js";
import { digestsOf } from "./history/differences.js";
import type { GenerationManifest } from "./manifest.js";
import type { EngineState } from "./state.js";

export interface ApplyOptions extends CommitOptions {
  /** Remove the policy sets that run and are not given. */
  readonly prune?: boolean;
  /**
   * Accept interfaces, namespaces and local addresses that are not there yet, as at boot; `refresh` lets them join.
   * Without it they are errors.
   */
  readonly later?: boolean;
  /** Seconds after which the old policy sets come back, unless `engine.confirm()` is called before. */
  readonly confirm?: number;
}

/** What a change did to a policy set. */
export interface SetChange {
  readonly set: string;
  readonly change: "added" | "changed" | "unchanged" | "removed";
}

export interface ApplyResult {
  /** Number of the generation that runs now. */
  readonly generation: number;
  /** The sets were the same already, and no programs were built. */
  readonly unchanged: boolean;
  /** The sets that were given, and those that went. */
  readonly changes: readonly SetChange[];
  /** What is suspicious about the sets, but no error. */
  readonly warnings: readonly Problem[];
}

/** The set without functions and class instances, its short forms written out. */
function plain(set: PolicySet, path: string): PolicySet {
  return normalisePolicySet(JSON.parse(JSON.stringify(set)), path);
}

/** All sets in full, with everything that is malformed in any of them. */
function plainSets(given: readonly PolicySet[]): PolicySet[] {
  const problems: Problem[] = [];
  const sets = given.flatMap((set, i) => {
    try {
      return plain(set, given.length > 1 ? `sets[${i}]` : "");
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ProblemsError(problems);
  return sets;
}

function changesOf(
  before: readonly PolicySet[],
  given: readonly PolicySet[],
  after: readonly PolicySet[],
): SetChange[] {
  const old = new Map(before.map((s) => [s.name, s]));
  const stay = new Set(after.map((s) => s.name));
  const gone = before.filter((s) => !stay.has(s.name));
  return [
    ...given.map((set): SetChange => {
      const known = old.get(set.name);
      const change = known ? (isDeepStrictEqual(known, set) ? "unchanged" : "changed") : "added";
      return { set: set.name, change };
    }),
    ...gone.map(({ name }): SetChange => ({ set: name, change: "removed" })),
  ];
}

/**
 * Puts sets into effect in one generation: all of them, or none.
 *
 * @param what the action's name in the journal
 * @throws ProblemsError with all that is wrong with any of them, paths beginning with `sets[i]` when there are several
 */
export async function applySets(
  state: EngineState,
  given: readonly PolicySet[],
  options: ApplyOptions,
  what: string,
): Promise<ApplyResult> {
  for (const set of given) state.catalog = catalogFor(set, state.catalog);
  const wanted = plainSets(given);
  const { confirm, prune = false, later = false, ...rest } = options;
  const problems = checkSets(wanted, state.catalog, later);
  throwProblems(problems);
  const watchdog = confirm === undefined ? undefined : await startWatchdog(orderOf(state));
  const names = new Set(wanted.map((s) => s.name));
  const detail = confirm === undefined ? {} : { detail: `waits ${confirm} s to be confirmed` };
  try {
    return await state.exclusively(
      (context, running) => {
        refuseUnconfirmed(state.pins, running);
        const others = prune ? [] : running.sets.filter((s) => !names.has(s.name));
        const sets = [...others, ...wanted].sort((a, b) => (a.name < b.name ? -1 : 1));
        const warnings = [...problems];
        const onNotCarried: CommitOptions["onNotCarried"] = (lost) =>
          warnings.push(
            ...lost.map((l) =>
              problem(
                "ERR_EMPTCP_RULES_NOT_CARRIED",
                "",
                { ...l, policy: `${l.set}/${l.policy}` },
                { severity: "warning" },
              ),
            ),
          );
        const waiting = prepare(state, running, watchdog, confirm);
        const committed = { onNotCarried, ...rest, strict: later ? [] : [...names], ...waiting };
        const after = commit(context, running, sets, committed);
        const changes = changesOf(running.sets, wanted, sets);
        const sameSets = changes.every((c) => c.change === "unchanged");
        // Programs that are built anew go into another slot, with the same signature where nothing else is new.
        const unchanged = sameSets && after.slot === running.slot && after.signature === running.signature;
        return { generation: after.number, unchanged, changes, warnings };
      },
      { what, ...detail },
    );
  } finally {
    watchdog?.done();
  }
}

function orderOf({ pins, stateDir, lockTimeout }: EngineState): Parameters<typeof startWatchdog>[0] {
  return { pinDir: pins.root, stateDir, lockTimeout };
}

/** What a commit that waits to be confirmed does right before the switch. */
function prepare(
  { pins }: EngineState,
  running: GenerationManifest,
  watchdog: Watchdog | undefined,
  seconds: number | undefined,
): Pick<CommitOptions, "beforeSwitch"> {
  if (!watchdog || seconds === undefined) return {};
  return {
    beforeSwitch: (after) =>
      writePending(pins, seconds, {
        id: watchdog.id,
        generation: after.number,
        before: running.number,
        watchdog: watchdog.process,
        sets: running.sets,
        modules: digestsOf(running.modules),
      }),
  };
}
