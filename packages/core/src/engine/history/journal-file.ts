import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HistoryEntry } from "./entry.js";
import { writeAll, writeWhole } from "./files.js";
import { makePrivate } from "./state-dir.js";

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/** When the journal is longer, its older half goes. */
const MAX_BYTES = 2 << 20;
const MAX_ENTRIES = 1000;

/** The journal of one pin directory: a line of JSON for each change. */
export class JournalFile {
  readonly path: string;

  /** @param directory of the pin directory's state */
  constructor(directory: string) {
    this.path = join(directory, "journal.ndjson");
  }

  /** The entries, oldest first; lines that a crash has cut are left out. Empty when there is no journal yet. */
  read(): HistoryEntry[] {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    return text.split("\n").flatMap((line) => parse(line) ?? []);
  }

  /** Adds an entry; when this returns it is on the disk. */
  append(entry: HistoryEntry): void {
    makePrivate(dirname(this.path));
    const fd = openSync(this.path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      const { size } = fstatSync(fd);
      const last = Buffer.from("\n");
      if (size > 0) readSync(fd, last, 0, 1, size - 1);
      // A line that a crash has cut must not take this one with it.
      const gap = last.toString() === "\n" ? "" : "\n";
      writeAll(fd, Buffer.from(`${gap}${JSON.stringify(entry)}\n`));
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** Leaves the older half out when the journal has grown too long. @returns what is left */
  trim(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
    const lines = entries.map((e) => `${JSON.stringify(e)}\n`);
    const size = lines.reduce((sum, l) => sum + l.length, 0);
    if (lines.length <= MAX_ENTRIES && size <= MAX_BYTES) return entries;
    const half = Math.ceil(lines.length / 2);
    writeWhole(this.path, Buffer.from(lines.slice(half).join("")));
    return entries.slice(half);
  }
}

function parse(line: string): HistoryEntry | undefined {
  try {
    const entry = JSON.parse(line) as HistoryEntry;
    return entry.schema === 1 && Number.isSafeInteger(entry.id) ? entry : undefined;
  } catch {
    return undefined;
  }
}
