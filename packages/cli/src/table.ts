import { styleFor, visible } from "./terminal.js";

/** Rows as lines: aligned below a heading on a terminal, else with tabs between the columns, for cut and awk. */
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
  return [styleFor(stream).bold(line(heading)), ...safe.map(line)];
}

/** Prints rows as `tableLines` has them. */
export function printTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WriteStream = process.stdout,
): void {
  for (const line of tableLines(heading, rows, stream)) stream.write(`${line}\n`);
}
