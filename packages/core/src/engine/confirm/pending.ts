import { join } from "node:path";
import { fail } from "../../errors.js";
import { bootTimeNs } from "../../libbpf/index.js";
import type { PolicySet } from "../../policy/types.js";
import type { ModuleDigest } from "../history/entry.js";
import type { GenerationManifest } from "../manifest.js";
import { unpin, type PinDir } from "../pin-dir.js";
import { pinJson, readPinnedJson } from "../pinned-json.js";
import { isAlive, type ProcessId } from "./process-id.js";

/** A generation that goes unless somebody confirms it, as it is pinned beside what runs. */
export interface Pending {
  readonly schema: 1;
  /** Names this one, so that nobody ends another by mistake. */
  readonly id: string;
  readonly generation: number;
  readonly before: number;
  /** When it goes, for people. */
  readonly until: string;
  /** The same in ns of CLOCK_BOOTTIME, which no clock change moves; decimal text. */
  readonly deadline: string;
  readonly watchdog: ProcessId;
  /** What comes back. */
  readonly sets: readonly PolicySet[];
  readonly modules: readonly ModuleDigest[];
}

/** A generation that waits to be confirmed, as programs are told. */
export interface Confirmation {
  readonly generation: number;
  /** The generation whose policy sets come back otherwise. */
  readonly before: number;
  readonly until: Date;
  /** Milliseconds that are left; negative when the time is over. */
  readonly left: number;
  /** Process that brings the old policy sets back. */
  readonly watchdog: number;
  /** False: nobody will bring them back; `confirm` or `rollback` must be called. */
  readonly watched: boolean;
}

export function pendingPath(pins: PinDir): string {
  return join(pins.root, "confirm");
}

/** Writes it, before the switch. @param seconds from now */
export function writePending(
  pins: PinDir,
  seconds: number,
  pending: Omit<Pending, "schema" | "until" | "deadline">,
): void {
  const ns = BigInt(Math.round(seconds * 1e9));
  const until = new Date(Date.now() + seconds * 1000).toISOString();
  pinJson(pendingPath(pins), "emptcp_confirm", {
    schema: 1,
    until,
    deadline: `${bootTimeNs() + ns}`,
    ...pending,
  });
}

/** What is pinned, whether its generation has come to run or not. */
export function readPending(pins: PinDir): Pending | undefined {
  try {
    const pending = readPinnedJson(pendingPath(pins)) as Pending;
    return pending.schema === 1 ? pending : undefined;
  } catch {
    return undefined;
  }
}

export function removePending(pins: PinDir): void {
  unpin(pendingPath(pins));
}

/**
 * Removes it when its commit never came to the switch: the next generation has its number, and does not wait. For the
 * holder of the writer lock.
 */
export function dropUnswitched(pins: PinDir, running: number): void {
  if ((readPending(pins)?.generation ?? 0) > running) removePending(pins);
}

/** The generation that waits; undefined when none does, or its commit never came to the switch. */
export function confirmationOf(pins: PinDir, running: number): Confirmation | undefined {
  const pending = readPending(pins);
  if (!pending || running < pending.generation) return undefined;
  return {
    generation: pending.generation,
    before: pending.before,
    until: new Date(pending.until),
    left: Number((BigInt(pending.deadline) - bootTimeNs()) / 1_000_000n),
    watchdog: pending.watchdog.pid,
    watched: watchdogAlive(pending),
  };
}

/** True while the process lives that brings the old policy sets back. */
export function watchdogAlive(pending: Pick<Pending, "watchdog">): boolean {
  return isAlive(pending.watchdog);
}

/**
 * Refuses to change policy sets while a generation waits: nobody could tell what a rollback would bring back.
 *
 * @throws ERR_EMPTCP_UNCONFIRMED
 */
export function refuseUnconfirmed(pins: PinDir, running: Pick<GenerationManifest, "number">): void {
  const waiting = confirmationOf(pins, running.number);
  if (!waiting) return;
  const { generation, until } = waiting;
  fail("ERR_EMPTCP_UNCONFIRMED", {
    generation,
    until: until
      .toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z$/, "Z"),
    watchdog: waiting.watched ? "" : `; its watchdog, process ${waiting.watchdog}, is gone`,
  });
}
