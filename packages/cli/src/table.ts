import { styleFor, visible } from "./terminal.js";

/**
 * Prints rows: aligned below a heading on a terminal, else one line each with tabs between the columns, for
 * cut and awk.
 */
export function printTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  stream = process.stdout,
): void {
  const safe = rows.map((row) => row.map(visible));
  if (!stream.isTTY) {
    for (const row of safe) stream.write(`${row.join("\t")}\n`);
    return;
  }
  const widths = heading.map((title, i) =>
    Math.max(title.length, ...safe.map((row) => (row[i] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  stream.write(`${styleFor(stream).bold(line(heading))}\n`);
  for (const row of safe) stream.write(`${line(row)}\n`);
}
