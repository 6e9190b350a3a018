import { dirname } from "node:path";
import { EmptcpError } from "../../errors.js";
import type { PolicySet } from "../../policy/types.js";
import type { GenerationManifest } from "../manifest.js";
import { differencesOf, digestsOf } from "./differences.js";
import type { Action, HistoryEntry } from "./entry.js";
import { JournalFile } from "./journal-file.js";
import { Snapshots } from "./snapshots.js";
import { bootId, commandLine, whoAmI } from "./who.js";
import { whyUnwritten } from "./why-not.js";

/** How many policy names of one set an entry tells; the snapshots hold all. */
const NAMES = 50;

/** A change that was made, or tried. */
export interface Change {
  readonly action: Action;
  readonly before: GenerationManifest;
  /** What runs since; absent: what ran before. */
  readonly after?: GenerationManifest | undefined;
  readonly error?: unknown;
  /** Tells one engine below the pin directory from the next one. */
  readonly identity: bigint | undefined;
  /** The last rule that was added by hand. */
  readonly lastRule: number;
}

/**
 * What happened below one pin directory: who changed what, when, and how it ended. Written by the holder of the
 * writer lock. It never stands in the way of a change: what goes wrong with it is kept in `problem`.
 */
export class Journal {
  readonly #file: JournalFile;
  readonly #snapshots: Snapshots;
  #known: readonly HistoryEntry[] = [];
  /** Why the last entry could not be written; undefined when it could. */
  problem: string | undefined;

  constructor(directory: string) {
    this.#file = new JournalFile(directory);
    this.#snapshots = new Snapshots(directory);
  }

  get path(): string {
    return this.#file.path;
  }

  /** The entries, oldest first. @throws what reading the file throws */
  entries(): HistoryEntry[] {
    return this.#file.read();
  }

  /** The policy sets that ran since an entry; undefined when they are no longer kept. */
  sets(entry: HistoryEntry): readonly PolicySet[] | undefined {
    return entry.snapshot === undefined ? undefined : this.#snapshots.read(entry.snapshot);
  }

  /** sha256 of every module that one can go back to. */
  digests(): Set<string> {
    return new Set(this.#known.flatMap((e) => e.modules.map((m) => m.sha256)));
  }

  /** Writes an entry for a change; never throws. */
  record(change: Change): void {
    this.problem = undefined;
    this.attempt(() => this.#record(change));
  }

  /** Does something that may fail without harm; what went wrong is kept in `problem`. */
  attempt(work: () => void): void {
    if (this.problem !== undefined) return;
    try {
      work();
    } catch (error) {
      this.miss(error);
    }
  }

  /** Notes why a change that was made will not be in the journal. */
  miss(error: unknown): void {
    const directory = dirname(this.path);
    this.problem = `write history in ${directory}: ${whyUnwritten(directory, error)}`;
  }

  #record(change: Change): void {
    const known = this.#file.trim(this.#file.read());
    const era = eraOf(change.identity);
    const last = known.at(-1);
    const lost = this.#lost(change, known, era);
    const entries = [
      ...(lost ? [lost] : []),
      this.#entry(change, (lost ?? last)?.id ?? 0, lost ?? last, era),
    ];
    for (const entry of entries) this.#file.append(entry);
    this.#known = [...known, ...entries];
    this.#snapshots.sweep(this.#known.flatMap((e) => e.snapshot ?? []).reverse());
  }

  /** The entry of a generation that runs without one: its writer died right after the switch. */
  #lost(change: Change, known: readonly HistoryEntry[], era: string): HistoryEntry | undefined {
    const { before } = change;
    if (before.number === 0) return undefined;
    const last = known.findLast((e) => e.era === era);
    if (last?.generation === before.number) return undefined;
    const entry = this.#entry(
      {
        ...change,
        action: { what: "found", detail: "its writer left no entry" },
        after: before,
        error: undefined,
      },
      known.at(-1)?.id ?? 0,
      known.at(-1),
      era,
    );
    const sets = last && this.sets(last);
    return {
      ...entry,
      time: before.createdAt,
      before: last?.generation ?? 0,
      sets: shorten(differencesOf(sets ?? [], before.sets)),
      who: { uid: -1 },
      command: [],
      pid: 0,
    };
  }

  #entry(change: Change, id: number, last: HistoryEntry | undefined, era: string): HistoryEntry {
    const { action, before, error } = change;
    const after = change.after ?? before;
    const rules = last?.era === era ? change.lastRule - last.lastRule : change.lastRule;
    return {
      schema: 1,
      id: id + 1,
      time: new Date().toISOString(),
      era,
      ...action,
      generation: after.number,
      before: before.number,
      ok: error === undefined,
      ...(error !== undefined && { error: describe(error) }),
      who: whoAmI(),
      command: commandLine(),
      pid: process.pid,
      sets: shorten(differencesOf(before.sets, after.sets)),
      modules: digestsOf(after.modules),
      rules: Math.max(0, rules),
      lastRule: change.lastRule,
      ...(error === undefined && { snapshot: this.#snapshots.write(after.sets) }),
    };
  }
}

/** Names the time in which generation numbers are unique. */
export function eraOf(identity: bigint | undefined): string {
  return `${bootId()}:${identity ?? 0n}`;
}

function shorten(differences: HistoryEntry["sets"]): HistoryEntry["sets"] {
  const short = (names: readonly string[] | undefined): readonly string[] | undefined =>
    names && names.length > NAMES ? [...names.slice(0, NAMES), `… ${names.length - NAMES} more`] : names;
  return differences.map((d) => {
    const lists = { added: short(d.added), changed: short(d.changed), removed: short(d.removed) };
    return { ...d, ...Object.fromEntries(Object.entries(lists).filter(([, v]) => v !== undefined)) };
  });
}

function describe(error: unknown): { code: string; message: string } {
  const code = error instanceof EmptcpError ? error.code : "ERR_EMPTCP_INTERNAL";
  const message = error instanceof Error ? error.message : String(error);
  return { code, message: message.slice(0, 4000) };
}
