import type { TraceHop } from "@emptcp/core";
import { visible, type Style } from "../terminal.js";
import { changesOf, type Change } from "./changes.js";
import { headline, hopName, interfaceName, verdictOf, type WallClock } from "./describe.js";
import type { TracedPacket } from "./packets.js";

/** How a tree is drawn. */
export interface TreeOptions {
  readonly style: Style;
  /** Columns of the terminal. */
  readonly width: number;
  readonly clock: WallClock;
}

/** `12:31:05.123456`, local time. */
function timeText(ns: bigint): string {
  const date = new Date(Number(ns / 1_000_000n));
  const part = (value: number): string => String(value).padStart(2, "0");
  const micros = ((ns / 1000n) % 1_000_000n).toString().padStart(6, "0");
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${micros}`;
}

/** Cuts what does not fit, so that no line of a tree is broken by the terminal. */
function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(width - 1, 1))}…` : text;
}

const MARKS: Readonly<Record<string, keyof Style>> = {
  pass: "green",
  none: "dim",
  drop: "red",
  fail: "red",
  missed: "red",
  redirect: "yellow",
  again: "yellow",
};

function paint(style: Style, result: string): string {
  const mark = MARKS[result];
  return mark ? style[mark](result) : result;
}

/** What a row says before its time: result, and the verdict where that is another word. */
function resultOf({ result, final }: TraceHop): string {
  return final === undefined || final === result ? result : `${result}, ${final}`;
}

function changeLines(changes: readonly Change[], bar: string, options: TreeOptions): string[] {
  const width = Math.max(0, ...changes.map(({ field }) => field.length));
  return changes.map(({ field, before, after }) => {
    const text = `${field.padEnd(width)}  ${before ?? "(none)"} → ${after ?? "(gone)"}`;
    const line = fit(visible(text), options.width - 7);
    const plain = /checksum$/.test(field) ? options.style.dim(line) : line;
    return `${options.style.dim(bar)}      ${plain}`;
  });
}

interface Row {
  readonly name: string;
  readonly result: string;
  readonly time: string;
}

function hopLines(packet: TracedPacket, options: TreeOptions): string[] {
  const { style, width } = options;
  const rows = packet.hops.map(
    (hop): Row => ({
      name: visible(hopName(hop)),
      result: resultOf(hop),
      time: hop.result === "missed" ? "" : `${hop.ns} ns`,
    }),
  );
  const widest = (pick: (row: Row) => string): number => Math.max(...rows.map((row) => pick(row).length));
  const [results, times] = [widest((row) => row.result), widest((row) => row.time)];
  const names = Math.min(
    widest((row) => row.name),
    width - results - times - 7,
  );
  return packet.hops.flatMap((hop, i) => {
    const row = rows[i] ?? { name: "", result: "", time: "" };
    const last = i === rows.length - 1 && packet.complete;
    const [branch, bar] = last ? ["└─ ", " "] : ["├─ ", "│"];
    const name = fit(row.name, names).padEnd(names);
    const padding = " ".repeat(results - row.result.length);
    const result = row.result
      .split(", ")
      .map((word) => paint(style, word))
      .join(", ");
    const time = style.dim(row.time.padStart(times));
    return [
      `${style.dim(branch)}${name}  ${result}${padding}  ${time}`.trimEnd(),
      ...changeLines(changesOf(hop), bar, options),
    ];
  });
}

/** A packet as a tree: the packet, where it was seen, then each hop with what it changed. */
export function treeOf(packet: TracedPacket, options: TreeOptions): string[] {
  const { style, width, clock } = options;
  const first = packet.hops[0];
  if (!first) return [];
  const { what, notes } = headline(packet);
  const time = timeText(clock(first.time));
  const oneLine = time.length + what.length + notes.length + 4 <= width;
  const where = `${first.hook} ${interfaceName(first.port)}, cpu ${first.cpu}, generation ${first.generation}`;
  const verdict = verdictOf(packet);
  const lines = [
    `${style.dim(time)}  ${style.bold(visible(what))}${oneLine ? `  ${visible(notes)}` : ""}`,
    ...(oneLine ? [] : [`${style.dim("│")}  ${fit(visible(notes), width - 3)}`]),
    `${style.dim("│")}  ${style.dim(fit(visible(where), width - 15))}${verdict ? `  ⇒ ${paint(style, verdict)}` : ""}`,
    ...hopLines(packet, options),
  ];
  if (!packet.complete)
    lines.push(`${style.dim("└─ ")}${style.yellow("records of this packet are missing")}`);
  return lines;
}
