import type { Environment } from "./environment.js";
import { reached, type Figure } from "./figure.js";

/** Three digits that matter, without exponents. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
}

function verdict(figure: Figure): string {
  const kept = reached(figure);
  if (kept === undefined || !figure.goal) return "";
  return `<= ${digits(figure.goal.atMost)} ${figure.unit}  ${kept ? "reached" : "NOT REACHED"}`;
}

/** The table: one line for each figure, under the heading of its group. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [
    f.name,
    f.hook,
    digits(f.best),
    f.median === undefined ? "" : digits(f.median),
    f.unit,
    verdict(f),
  ]);
  const head = ["", "hook", "best", "median", "unit", "goal"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 2 || i === 3 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  const lines = [line(head)];
  figures.forEach((figure, i) => {
    if (figure.group !== figures[i - 1]?.group) lines.push("", figure.group);
    lines.push(line(rows[i] ?? []));
  });
  return lines.join("\n");
}

/** The lines above the table. */
export function heading(environment: Environment): string {
  const names = Object.entries(environment) as [string, string | number][];
  const width = Math.max(...names.map(([name]) => name.length));
  return names.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}
