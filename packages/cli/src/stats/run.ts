import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "@emptcp/core";
import { noticeLines, standingOf } from "../format/notices.js";
import { printJson, printJsonLine } from "../json.js";
import { startProgress } from "../progress.js";
import { watchEach, watchLines } from "../watch.js";
import { StatsTeller } from "./lines.js";
import { takeSnapshot, type SnapshotRequest } from "./snapshot.js";

/** What `emptcp stats` was asked for. */
export interface StatsRequest extends SnapshotRequest {
  /** Time one packet in so many meanwhile. */
  readonly profile?: number;
  /** Milliseconds between two looks; absent: one look. */
  readonly interval?: number;
  /** Starts to listen for what ends it. */
  readonly signal: () => AbortSignal;
  readonly json: boolean;
}

/** Waits for the signal, with a line that says so on a terminal. */
async function measure(signal: AbortSignal): Promise<void> {
  const progress = startProgress();
  const begin = Date.now();
  try {
    while (!signal.aborted) {
      await sleep(250, undefined, { signal }).catch(() => undefined);
      progress.note(`measuring for ${Math.round((Date.now() - begin) / 1000)}s`);
    }
  } finally {
    progress.end();
  }
}

async function tell(engine: Engine, request: StatsRequest): Promise<void> {
  const { interval, json, profile } = request;
  const teller = new StatsTeller(interval !== undefined);
  const stream = process.stdout;
  const look = (): ReturnType<typeof takeSnapshot> => takeSnapshot(engine, request);
  const document = (): unknown => ({ ...teller.document(look()), ...standingOf(engine) });
  const lines = (): string[] => [
    ...noticeLines(engine, stream, profile === undefined),
    ...teller.lines(look(), stream),
  ];
  if (interval !== undefined) {
    const options = { interval, signal: request.signal() };
    if (json) return watchEach(() => printJsonLine(document()), options);
    return watchLines(lines, options);
  }
  if (profile !== undefined) await measure(request.signal());
  if (json) return printJson(document());
  for (const line of lines()) stream.write(`${line}\n`);
}

/** Shows the counters, once or as long as wanted; times steps meanwhile where that was asked for. */
export async function runStats(engine: Engine, request: StatsRequest): Promise<void> {
  if (request.profile === undefined) return tell(engine, request);
  await engine.profile({ sample: request.profile });
  try {
    await tell(engine, request);
  } finally {
    await engine.profile(false);
  }
}
