import { mkdirSync, readFileSync, statSync } from "node:fs";
import { fail } from "../../errors.js";
import { flockExclusive } from "../../libbpf/index.js";
import type { PinDir } from "../pin-dir.js";

/**
 * Becomes the one reader of an engine's events until the returned function is called or the process ends.
 *
 * @throws ERR_EMPTCP_EVENTS_TAKEN with the process that reads them
 */
export function becomeReader(pins: PinDir): () => void {
  mkdirSync(pins.events, { recursive: true, mode: 0o700 });
  return (
    flockExclusive(pins.events) ??
    fail("ERR_EMPTCP_EVENTS_TAKEN", { directory: pins.root, reader: holderOf(pins.events) })
  );
}

/** True while a process reads the engine's events. */
export function readerLives(pins: PinDir): boolean {
  try {
    const release = flockExclusive(pins.events);
    release?.();
    return release === undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** The process that holds the lock of a path, for messages. */
function holderOf(path: string): string {
  const { ino } = statSync(path);
  const line = readFileSync("/proc/locks", "utf8")
    .split("\n")
    .find((l) => l.includes(" FLOCK ") && l.includes(`:${ino} `));
  const pid = Number(line?.trim().split(/\s+/)[4]);
  if (!(pid > 0)) return "another process";
  if (pid === process.pid) return `this process (${pid})`;
  let command = "";
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    // it ended meanwhile, or is hidden
  }
  return `process ${pid}${command && `: ${command.slice(0, 100)}`}`;
}
