import { readFileSync } from "node:fs";

/** A process, told from a later one that got the same number. */
export interface ProcessId {
  readonly pid: number;
  /** When it started, in clock ticks since boot (/proc/<pid>/stat, field 22). */
  readonly started: string;
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Field 3 is the state: a zombie does nothing any more.
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** @returns undefined when there is no such process */
export function processId(pid: number): ProcessId | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started };
}

/** True while the process lives. */
export function isAlive({ pid, started }: ProcessId): boolean {
  return startOf(pid) === started;
}
