import { setTimeout as sleep } from "node:timers/promises";
import { defineArgs } from "./define.js";

/** Flags of commands that can show the same again and again. */
export const watchArgs = defineArgs({
  watch: { type: "boolean", alias: "w", description: "Show it again and again, until interrupted" },
  interval: {
    type: "string",
    kind: "duration",
    min: "100ms",
    max: "1d",
    default: "1s",
    description: "Time between two looks with --watch",
  },
});

/** How to watch. */
export interface WatchOptions {
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly stream?: NodeJS.WriteStream;
}

/** Text at the top of an empty screen; what was there before comes back with `leave`. */
const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";

/** One frame, drawn over the last one without a flicker; lines that do not fit are counted. */
function frame(lines: readonly string[], rows: number): string {
  const most = Math.max(rows - 1, 1);
  const shown =
    lines.length > most ? [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more lines`] : lines;
  return `\u001b[H${shown.map((line) => `${line}\u001b[K\n`).join("")}\u001b[J`;
}

/**
 * Shows lines again and again: in place on a terminal, where the last ones stay when it ends; elsewhere one after the other,
 * with an empty line between.
 *
 * @param look makes the lines; called once in each interval
 */
export async function watchLines(
  look: () => readonly string[] | Promise<readonly string[]>,
  { interval, signal, stream = process.stdout }: WatchOptions,
): Promise<void> {
  let last: readonly string[] = [];
  let count = 0;
  if (stream.isTTY) stream.write(ENTER);
  try {
    while (!signal.aborted) {
      last = await look();
      stream.write(
        stream.isTTY ? frame(last, stream.rows) : `${count++ > 0 ? "\n" : ""}${last.join("\n")}\n`,
      );
      await sleep(interval, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    if (stream.isTTY) stream.write(`${LEAVE}${last.map((line) => `${line}\n`).join("")}`);
  }
}

/** Calls `look` in each interval until the signal: for streams of JSON documents. */
export async function watchEach(
  look: () => void | Promise<void>,
  { interval, signal }: Pick<WatchOptions, "interval" | "signal">,
): Promise<void> {
  while (!signal.aborted) {
    await look();
    await sleep(interval, undefined, { signal }).catch(() => undefined);
  }
}
