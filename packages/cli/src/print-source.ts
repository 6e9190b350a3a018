import { styleFor, visible } from "./terminal.js";

/** A line of a file, and which of its characters are meant; line and column count from 1. */
export interface SourceLine {
  readonly line?: number;
  readonly column?: number;
  readonly length?: number;
  readonly source?: string;
}

/** The room that a line may take; the part around the caret is shown of longer ones. */
const WIDTH = 66;

/** The line of a file with a caret under what is meant; nothing when there is no text. */
export function sourceLines(at: SourceLine, stream: { readonly isTTY?: boolean } = process.stderr): string[] {
  const { line = 1, column = 1, length = 1, source: text = "" } = at;
  if (text.trim() === "") return [];
  const from = column - 1 + Math.min(length, 20) <= WIDTH ? 0 : Math.max(0, column - 1 - WIDTH / 2);
  const cut = text.slice(from, from + WIDTH);
  const before = visible(cut.slice(0, column - 1 - from).replaceAll("\t", " "));
  const meant = visible(cut.slice(column - 1 - from, column - 1 - from + length));
  const after = visible(cut.slice(column - 1 - from + length));
  const number = String(line);
  const left = from > 0 ? "…" : "";
  const right = from + WIDTH < text.length ? "…" : "";
  const style = styleFor(stream);
  const carets = "^".repeat(Math.max(1, meant.trimEnd().length));
  return [
    `    ${style.dim(`${number} |`)} ${left}${before}${meant}${after}${right}`,
    `    ${style.dim(`${" ".repeat(number.length)} |`)} ${" ".repeat(left.length + before.length)}${style.red(carets)}`,
  ];
}
