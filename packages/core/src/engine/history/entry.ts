/** Who made a change. */
export interface Who {
  readonly uid: number;
  readonly user?: string;
  /** The user who called sudo. */
  readonly sudoUser?: string;
  /** The user who logged in, whatever they became since (/proc/self/loginuid). */
  readonly login?: string;
}

/** What a change did to one policy set: names of its policies, and whether something else of it changed. */
export interface SetDifference {
  readonly set: string;
  readonly change: "added" | "changed" | "removed";
  readonly added?: readonly string[];
  readonly changed?: readonly string[];
  readonly removed?: readonly string[];
  /** Where the set is attached changed, or which packages it uses. */
  readonly attach?: true;
}

/** A module that a generation runs. */
export interface ModuleDigest {
  readonly package: string;
  readonly version: string;
  /** sha256 over the digests of its objects, in the order of the hooks' names. */
  readonly sha256: string;
}

/** What is about to be done, for the journal. */
export interface Action {
  /** The command or method: `apply`, `rollback`, `rule load`. */
  readonly what: string;
  /** What is not told by the difference between the policy sets. */
  readonly detail?: string;
}

/** One line of the journal: one change of what runs, or one that failed. */
export interface HistoryEntry extends Action {
  readonly schema: 1;
  /** Counts the entries, over all generations, from 1. */
  readonly id: number;
  readonly time: string;
  /** Boot of the machine and the engine's place in it: generations count anew in each. */
  readonly era: string;
  /** The generation that runs since; the one that went on running when the change failed. */
  readonly generation: number;
  /** The generation that ran before. */
  readonly before: number;
  readonly ok: boolean;
  readonly error?: { readonly code: string; readonly message: string };
  readonly who: Who;
  /** The process: its arguments without node. */
  readonly command: readonly string[];
  readonly pid: number;
  readonly sets: readonly SetDifference[];
  readonly modules: readonly ModuleDigest[];
  /** Rules that were added by hand since the entry before; each is data, and not told by itself. */
  readonly rules: number;
  /** Number of the last rule that was added by hand. */
  readonly lastRule: number;
  /** Name of the snapshot that holds the policy sets which run since; absent after a failure. */
  readonly snapshot?: string;
}
