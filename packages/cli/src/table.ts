import { styleFor, visible } from "./terminal.js";
import { wrap } from "./wrap.js";

/** Columns that are left for the last cell when it is worth folding. */
const LEAST_LAST = 16;

/** Rows as lines: aligned below a heading on a terminal, where a long last cell goes on below itself; else with tabs between the columns, for cut and awk. */
export function tableLines(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WriteStream,
): string[] {
  const safe = rows.map((row) => row.map(visible));
  if (!stream.isTTY) return safe.map((row) => row.join("\t"));
  const widths = heading.map((title, i) =>
    Math.max(title.length, ...safe.map((row) => (row[i] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  const last = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const folds = stream.columns - last >= LEAST_LAST;
  const fold = (row: readonly string[]): string[] =>
    folds ? wrap(line(row), stream.columns, last) : [line(row)];
  return [styleFor(stream).bold(line(heading)), ...safe.flatMap(fold)];
}

/** Prints rows as `tableLines` has them. */
export function printTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WriteStream = process.stdout,
): void {
  for (const line of tableLines(heading, rows, stream)) stream.write(`${line}\n`);
}
