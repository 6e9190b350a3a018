import { styleFor, visible } from "../terminal.js";
import type { EventRecord } from "./decode.js";

/** Seconds since boot with microseconds, as dmesg prints them. */
function seconds(ns: bigint): string {
  const micros = ns / 1000n;
  return `${micros / 1_000_000n}.${(micros % 1_000_000n).toString().padStart(6, "0")}`;
}

/** Prints one event on one line: for people, or as JSON. */
export function printEvent(event: EventRecord, json: boolean): void {
  const { timeNs, kind, version, source, data } = event;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ timeNs: timeNs.toString(), kind, version, ...source, data: data.toString("hex") })}\n`,
    );
    return;
  }
  const style = styleFor(process.stdout);
  const where = source
    ? `${source.set}/${source.policy} ${source.hook} ${source.module}`
    : "(policy is gone)";
  process.stdout.write(
    `${style.dim(seconds(timeNs))} ${visible(where)} kind ${kind} ${data.toString("hex")}`.trimEnd() + "\n",
  );
}
