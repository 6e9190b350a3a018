import type { ModuleCatalog } from "../module/catalog.js";
import type { EngineView } from "./engine-view.js";

/** From "as it should be" to "does not work": a note needs no action, a warning may, a problem does. */
export const LEVELS = ["ok", "note", "warning", "problem"] as const;
export type Level = (typeof LEVELS)[number];

/** One thing that a check found out. */
export interface Finding {
  readonly level: Level;
  /** One sentence, without the subject. */
  readonly message: string;
  /** What it is about where there are several: an interface, a module, a directory. */
  readonly subject?: string;
  /** Command that mends it. */
  readonly fix?: string;
  /** How it is known when not by looking at the thing itself. */
  readonly source?: string;
}

/** A finding with the check that made it. */
export interface CheckedFinding extends Finding {
  readonly check: string;
}

/** What checks look at. */
export interface Machine {
  /** Pin directory of the engine. */
  readonly pinDir: string;
  /** The engine below it; undefined where this process may not look. */
  readonly engine: EngineView | undefined;
  /** Network namespaces to look at; undefined is the one of this process. */
  readonly namespaces: readonly (string | undefined)[];
  /** Modules that are installed. */
  readonly catalog: () => ModuleCatalog;
}

/** One question to the machine. A check changes nothing and disturbs no packet. */
export interface Check {
  /** One or two words: the heading of its findings. */
  readonly name: string;
  /** @throws SystemError EPERM or EACCES where this process may not look; becomes a finding */
  run(machine: Machine): readonly Finding[];
}
