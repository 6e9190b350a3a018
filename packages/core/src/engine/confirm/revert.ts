import { commit } from "../commit.js";
import { catalogOf } from "../history/module-store.js";
import type { EngineState } from "../state.js";
import { readPending, removePending } from "./pending.js";

/**
 * Brings the policy sets back that ran before a generation which waits to be confirmed, with the modules of then.
 *
 * @param id of the waiting generation; nothing is done when it is confirmed or gone by now
 * @returns the generation that runs since; undefined when nothing was done
 */
export async function revert(
  state: EngineState,
  id: string,
  reason: string,
): Promise<{ readonly generation: number; readonly reverted: number } | undefined> {
  let goes: number | undefined;
  return state.exclusively(
    (context, running) => {
      const pending = readPending(state.pins);
      if (pending?.id !== id) return undefined;
      const { generation } = pending;
      goes = generation;
      const modules = catalogOf(state.modules, pending.modules, context.catalog);
      const after = commit(state.withCatalog(context, modules.catalog), running, pending.sets);
      removePending(state.pins);
      return { generation: after.number, reverted: generation };
    },
    () => (goes === undefined ? undefined : { what: "rollback", detail: `generation ${goes}: ${reason}` }),
  );
}
