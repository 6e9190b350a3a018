/** One thing the demo did, what should come of it, and what came. */
export interface Row {
  /** Scenario it belongs to, e.g. "backup". */
  readonly scenario: string;
  /** Where the policy ran, e.g. "client, tc-egress path2"; "-" for none. */
  readonly where: string;
  readonly done: string;
  readonly expected: string;
  readonly seen: string;
  readonly ok: boolean;
}

type Column = "where" | "done" | "expected" | "seen";

/** Columns and their shares of the width. */
const COLUMNS: readonly { readonly key: Column; readonly title: string; readonly share: number }[] = [
  { key: "where", title: "where", share: 18 },
  { key: "done", title: "done", share: 24 },
  { key: "expected", title: "expected", share: 26 },
  { key: "seen", title: "seen", share: 32 },
];
const VERDICT_WIDTH = 4;
const GAP = "  ";

/**
 * Lays rows out as a table, wrapped to a width, with a line between scenarios.
 * @param width characters of a line; a narrower terminal wraps by itself
 */
export function renderTable(rows: readonly Row[], width: number): string {
  const inner = Math.max(width, 80) - VERDICT_WIDTH - GAP.length * COLUMNS.length;
  const widths = COLUMNS.map(({ share }) => Math.floor((inner * share) / 100));
  const line = (cells: readonly string[], verdict: string): string => layLine(cells, widths, verdict);
  const rule = "-".repeat(Math.max(width, 80));
  const body = rows.flatMap((row, i) => [
    ...(rows[i - 1]?.scenario === row.scenario ? [] : [rule, row.scenario]),
    line(
      COLUMNS.map(({ key }) => row[key]),
      row.ok ? "yes" : "NO",
    ),
  ]);
  return [
    line(
      COLUMNS.map(({ title }) => title),
      "ok",
    ),
    ...body,
    rule,
    "",
  ].join("\n");
}

function layLine(cells: readonly string[], widths: readonly number[], verdict: string): string {
  const wrapped = cells.map((cell, i) => wrap(cell, widths[i] ?? cell.length));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    [...wrapped.map((lines, i) => (lines[row] ?? "").padEnd(widths[i] ?? 0)), row === 0 ? verdict : ""]
      .join(GAP)
      .trimEnd(),
  ).join("\n");
}

function wrap(text: string, width: number): string[] {
  return text.split(" ").reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
    return lines;
  }, []);
}
