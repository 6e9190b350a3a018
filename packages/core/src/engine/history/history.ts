import { fail } from "../../errors.js";
import type { PolicySet } from "../../policy/types.js";
import type { EngineState } from "../state.js";
import type { Action, HistoryEntry } from "./entry.js";
import { eraOf } from "./journal.js";
import { unreadable } from "./why-not.js";

/** What was changed below a pin directory, by whom, and how it ended. */
export class History {
  readonly #state: EngineState;

  constructor(state: EngineState) {
    this.#state = state;
  }

  /** Why the last change of this engine is not in the history; undefined when it is. */
  get problem(): string | undefined {
    return this.#state.journal?.problem;
  }

  /** The file that it is kept in; undefined when none is kept. */
  get path(): string | undefined {
    return this.#state.journal?.path;
  }

  /** Names the time since the engine started, in which generation numbers are unique; entries have it as `era`. */
  get era(): string {
    return eraOf(this.#state.pins.identity());
  }

  /** The entries, oldest first. @throws ERR_EMPTCP_NO_HISTORY, ERR_EMPTCP_ACCESS when it cannot be read */
  entries(): HistoryEntry[] {
    const { journal } = this.#state;
    if (!journal) return fail("ERR_EMPTCP_NO_HISTORY", { reason: "this engine keeps none" });
    try {
      return journal.entries();
    } catch (error) {
      throw unreadable(error);
    }
  }

  /** The policy sets that ran since an entry; undefined when they are no longer kept. */
  sets(entry: HistoryEntry): readonly PolicySet[] | undefined {
    return this.#state.journal?.sets(entry);
  }

  /** Adds an entry for something that made no generation, e.g. rules that were loaded. */
  async note(action: Action): Promise<void> {
    await this.#state.exclusively(() => undefined, action);
  }
}
