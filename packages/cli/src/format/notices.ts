import type { Confirmation, Engine } from "@emptcp/core";
import { timeText } from "./time.js";
import { styleFor, visible } from "../terminal.js";

/** What keeps policies from acting as they are written, or will end them soon. */
export interface EngineStanding {
  readonly bypass: boolean;
  readonly waiting?: Omit<Confirmation, "until"> & { readonly until: string };
}

export function standingOf(engine: Engine): EngineStanding {
  const waiting = engine.confirmation();
  return {
    bypass: engine.bypassed(),
    ...(waiting && { waiting: { ...waiting, until: waiting.until.toISOString() } }),
  };
}

/** Says that a generation waits to be confirmed, on one line. */
export function waitingText(waiting: NonNullable<EngineStanding["waiting"]>): string {
  const { generation, before, until, watched, watchdog, left } = waiting;
  const text = `generation ${generation} waits to be confirmed until ${timeText(until)}`;
  if (watched && left > 0) return `${text}; then the policy sets of generation ${before} come back`;
  if (watched) return `${text}; it is being rolled back`;
  return `${text}; its watchdog, process ${watchdog}, is gone: run \`emptcp confirm\` or \`emptcp rollback\``;
}

/** The same as sentences; none when policies act as they are written. */
export function standingTexts({ bypass, waiting }: Partial<EngineStanding>): string[] {
  return [
    ...(bypass === true ? ["bypass is on: every packet passes; `emptcp bypass off` ends it"] : []),
    ...(waiting ? [waitingText(waiting)] : []),
  ];
}

/** What was switched on to look at packets, and costs time for each as long as it is on. */
function instrumentLines(engine: Engine): string[] {
  const { trace, profile } = engine.current().instrument;
  return [
    ...(trace
      ? ["packets are traced, which costs time; `emptcp refresh` ends it when nobody reads the trace"]
      : []),
    ...(profile > 0
      ? [
          `one packet in ${profile} is timed, which costs time; \`emptcp stats --profile --for 1s\` leaves it off`,
        ]
      : []),
  ];
}

/**
 * The same as lines; none when policies act as they are written. Where nobody looks they go to standard error.
 *
 * @param instruments whether to tell that packets are traced or timed
 */
export function noticeLines(engine: Engine, stream: NodeJS.WriteStream, instruments = true): string[] {
  const lines = [...standingTexts(standingOf(engine)), ...(instruments ? instrumentLines(engine) : [])];
  if (stream.isTTY) return lines.map((line) => styleFor(stream).yellow(visible(line)));
  for (const line of lines) process.stderr.write(`${visible(line)}\n`);
  return [];
}
