import { grouped, short } from "../format/numbers.js";
import { visible, type Style } from "../terminal.js";
import type { Rates, StatsRow } from "./rows.js";

/** How a table is drawn. */
export interface StatsTableOptions {
  readonly style: Style;
  readonly width: number;
  /** Counts per second by the row's key; absent: no such columns. */
  readonly rates?: ReadonlyMap<string, Rates>;
  /** Show times. */
  readonly times: boolean;
}

interface Column {
  readonly title: string;
  readonly text: (row: StatsRow) => string;
}

const INDENT = { policy: 0, total: 0, entry: 0, rule: 2, step: 2, more: 2 } as const;
const LEAST_NAME = 16;

function columnsOf({ rates, times }: StatsTableOptions): Column[] {
  const count = (value: bigint | undefined): string => (value === undefined ? "" : grouped(value));
  const rate = (value: number | undefined): string => (value === undefined ? "" : short(value));
  return [
    { title: "PACKETS", text: ({ packets }) => count(packets) },
    { title: "BYTES", text: ({ bytes }) => (bytes === undefined ? "" : short(Number(bytes))) },
    ...(rates
      ? [
          { title: "PKT/S", text: ({ key }: StatsRow) => rate(rates.get(key)?.packets) },
          {
            title: "BIT/S",
            text: ({ key, bytes }: StatsRow) => (bytes === undefined ? "" : rate(rates.get(key)?.bits)),
          },
        ]
      : []),
    ...(times ? [{ title: "NS", text: ({ ns }: StatsRow) => (ns === undefined ? "" : ns.toFixed(0)) }] : []),
  ];
}

const resultText = ({ verdicts, refusals }: StatsRow): string =>
  [...verdicts, ...(refusals.length > 0 ? [`refused: ${refusals.join(", ")}`] : [])].join(", ");

const nameOf = (row: StatsRow): string =>
  visible(`${" ".repeat(INDENT[row.kind])}${row.name}${INDENT[row.kind] === 0 ? `  ${row.hook}` : ""}`);

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, Math.max(width - 1, 1))}…` : text;

function paint(row: StatsRow, text: string, style: Style): string {
  if (row.kind === "policy") return style.bold(text);
  return row.packets === 0n || row.kind === "more" ? style.dim(text) : text;
}

/** Lines of a table that fits: results move below their row where there is no room beside it. */
export function statsTable(rows: readonly StatsRow[], options: StatsTableOptions): string[] {
  const { style, width } = options;
  const columns = columnsOf(options);
  const widths = columns.map(({ title, text }) =>
    Math.max(title.length, ...rows.map((row) => text(row).length)),
  );
  const numbers = widths.reduce((sum, one) => sum + one + 2, 0);
  const results = Math.max("RESULTS".length, ...rows.map((row) => resultText(row).length));
  const longest = Math.max("POLICY".length, ...rows.map((row) => nameOf(row).length));
  const beside = Math.min(longest, 48) + numbers + 2 + results <= width;
  const names = Math.max(LEAST_NAME, Math.min(longest, width - numbers - (beside ? results + 2 : 0)));
  const line = (name: string, cells: readonly string[], result: string): string =>
    [cut(name, names).padEnd(names), ...cells.map((cell, i) => cell.padStart(widths[i] ?? 0)), result]
      .join("  ")
      .trimEnd();
  const heading = line(
    "POLICY",
    columns.map(({ title }) => title),
    beside ? "RESULTS" : "",
  );
  return [
    style.dim(heading),
    ...rows.flatMap((row) => {
      const result = visible(resultText(row));
      const cells = columns.map(({ text }) => text(row));
      const first = paint(row, line(nameOf(row), cells, beside ? result : ""), style);
      const troubled = row.refusals.length > 0 ? style.yellow : (text: string): string => text;
      return beside || result === "" ? [first] : [first, troubled(`    ${cut(result, width - 4)}`)];
    }),
  ];
}
