import type { EngineEvent } from "@emptcp/core";
import { formatValue, jsonValue } from "../format/value.js";
import { printJsonLine } from "../json.js";
import { styleFor, visible } from "../terminal.js";

/** Seconds since boot with microseconds, as dmesg prints them. */
function seconds(ns: bigint): string {
  const micros = ns / 1000n;
  return `${micros / 1_000_000n}.${(micros % 1_000_000n).toString().padStart(6, "0")}`;
}

/** Where it happened: `web/slow tc-ingress 2 record`, the step counted from 1 as in policy files. */
function placeOf({ set, policy, hook, step, module }: EngineEvent): string {
  if (set === undefined || policy === undefined || hook === undefined || step === undefined) return module;
  return `${set}/${policy} ${hook} ${step + 1} ${module}`;
}

/** Prints one event on one line: for people, or as JSON (times in nanoseconds, as text). */
export function printEvent(event: EngineEvent, json: boolean): void {
  const { time, data, ...rest } = event;
  if (json) return printJsonLine({ time: `${time}`, ...rest, data: jsonValue(data) });
  const style = styleFor(process.stdout);
  const isLog = event.event === "log" && typeof data["text"] === "string";
  const what = isLog ? visible(data["text"] as string) : `${style.bold(event.event)} ${formatValue(data)}`;
  process.stdout.write(`${style.dim(seconds(time))} ${placeOf(event)} ${what}`.trimEnd() + "\n");
}
