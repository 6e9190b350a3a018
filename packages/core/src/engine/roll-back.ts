import { isDeepStrictEqual } from "node:util";
import { fail } from "../errors.js";
import type { PolicySet } from "../policy/types.js";
import { commit, type CommitOptions } from "./commit.js";
import { readPending } from "./confirm/pending.js";
import { revert } from "./confirm/revert.js";
import type { HistoryEntry } from "./history/entry.js";
import { eraOf, type Journal } from "./history/journal.js";
import { catalogOf, type ModuleDrift } from "./history/module-store.js";
import { unreadable } from "./history/why-not.js";
import type { EngineState } from "./state.js";

export interface RollbackOptions extends CommitOptions {
  /** Number of a generation since the engine started; default: the last one whose policy sets were others. */
  readonly generation?: number;
  /** Number of an entry of the history instead, also of an earlier start. */
  readonly entry?: number;
  /** Use the modules that are installed where those of then are not to be had. */
  readonly force?: boolean;
}

export interface RollbackResult {
  /** Number of the generation that runs now. */
  readonly generation: number;
  /** Generation whose policy sets came back; 0: none ran then. */
  readonly to: number;
  readonly sets: readonly string[];
  /** Modules that are no longer the ones of then; the kept ones run again where there are any. */
  readonly drift: readonly ModuleDrift[];
}

interface Goal {
  readonly number: number;
  readonly sets: readonly PolicySet[];
  readonly modules: HistoryEntry["modules"];
}

const NOTHING: Goal = { number: 0, sets: [], modules: [] };

/** The entry that the user means. @throws ERR_EMPTCP_NO_GENERATION */
function goalOf(
  journal: Journal,
  identity: bigint | undefined,
  running: readonly PolicySet[],
  options: RollbackOptions,
): Goal {
  const good = journal.entries().filter((e) => e.ok && e.snapshot !== undefined);
  const era = eraOf(identity);
  const own = good.filter((e) => e.era === era);
  const load = (entry: HistoryEntry | undefined, wanted: string): Goal => {
    const sets = entry && journal.sets(entry);
    if (entry && sets) return { number: entry.generation, sets, modules: entry.modules };
    const known = [...new Set(own.map((e) => e.generation))];
    return fail("ERR_EMPTCP_NO_GENERATION", {
      wanted,
      reason: entry ? "its policy sets are no longer kept" : "the history does not have it",
      kind: "generations",
      known: known.length === 0 ? "none" : known.join(", "),
    });
  };
  if (options.entry !== undefined) {
    return load(
      good.find((e) => e.id === options.entry),
      `entry ${options.entry}`,
    );
  }
  if (options.generation === 0) return NOTHING;
  if (options.generation !== undefined) {
    return load(
      own.findLast((e) => e.generation === options.generation),
      `generation ${options.generation}`,
    );
  }
  const other = own.findLast((e) => {
    const sets = journal.sets(e);
    return sets !== undefined && !isDeepStrictEqual(sets, running);
  });
  if (other) return load(other, "");
  // The first generation replaced nothing.
  return own.length > 0 && running.length > 0 ? NOTHING : load(undefined, "the generation before");
}

/**
 * Brings the policy sets of an earlier generation back, those and no others, in one commit.
 *
 * @throws ERR_EMPTCP_NO_GENERATION, ERR_EMPTCP_OTHER_MODULES when a module of then is not to be had
 */
export async function rollBack(state: EngineState, options: RollbackOptions = {}): Promise<RollbackResult> {
  const pending = readPending(state.pins);
  if (pending && options.generation === undefined && options.entry === undefined) {
    const done = await revert(state, pending.id, "rolled back");
    const sets = pending.sets.map((s) => s.name);
    if (done) return { generation: done.generation, to: pending.before, sets, drift: [] };
  }
  const { journal } = state;
  if (!journal) return fail("ERR_EMPTCP_NO_HISTORY", { reason: "this engine keeps none" });
  return state.exclusively(
    (context, running) => {
      let goal: Goal;
      try {
        goal = goalOf(journal, state.pins.identity(), running.sets, options);
      } catch (error) {
        if ((error as { code?: string }).code?.startsWith("ERR_EMPTCP") === true) throw error;
        throw unreadable(error);
      }
      const { catalog, drift } = catalogOf(state.modules, goal.modules, context.catalog);
      const lost = drift.filter((d) => !d.kept);
      if (lost.length > 0 && options.force !== true) {
        fail("ERR_EMPTCP_OTHER_MODULES", {
          generation: goal.number,
          modules: lost.map((d) => `${d.package} ${d.version} (installed: ${d.installed ?? "none"})`),
        });
      }
      const after = commit(state.withCatalog(context, catalog), running, goal.sets, {
        ...options,
        strict: [],
      });
      state.removePending();
      const sets = goal.sets.map((s) => s.name);
      return { generation: after.number, to: goal.number, sets, drift };
    },
    { what: "rollback", ...(options.entry !== undefined && { detail: `to entry ${options.entry}` }) },
  );
}
