import { compareLines, type DiffLine } from "./lines.js";

const CONTEXT = 3;
const MARKS = { same: " ", removed: "-", added: "+" } as const;

interface Numbered extends DiffLine {
  /** Lines of each text before this one. */
  readonly before: number;
  readonly after: number;
}

function numbered(lines: readonly DiffLine[]): Numbered[] {
  let [before, after] = [0, 0];
  return lines.map((line) => {
    const result = { ...line, before, after };
    if (line.kind !== "added") before++;
    if (line.kind !== "removed") after++;
    return result;
  });
}

/** Runs of lines around changes: the first and the one after the last. */
function hunks(lines: readonly DiffLine[]): [number, number][] {
  const runs: [number, number][] = [];
  lines.forEach((line, i) => {
    if (line.kind === "same") return;
    const last = runs.at(-1);
    if (last && i - CONTEXT <= last[1]) last[1] = Math.min(lines.length, i + CONTEXT + 1);
    else runs.push([Math.max(0, i - CONTEXT), Math.min(lines.length, i + CONTEXT + 1)]);
  });
  return runs;
}

const range = (start: number, count: number): string =>
  count === 1 ? `${start + 1}` : `${count === 0 ? start : start + 1},${count}`;

/**
 * Differences of two texts in the unified format that patch(1) reads.
 *
 * @param names of the texts; a text that is undefined is not there
 * @returns lines without line feeds; none when the texts are equal
 */
export function unifiedDiff(
  names: readonly [string, string],
  before: string | undefined,
  after: string | undefined,
): string[] {
  const split = (text: string | undefined): string[] => text?.replace(/\n$/, "").split("\n") ?? [];
  const lines = numbered(compareLines(split(before), split(after)));
  const found = hunks(lines);
  if (found.length === 0) return [];
  const name = (text: string | undefined, i: 0 | 1): string => (text === undefined ? "/dev/null" : names[i]);
  return [
    `--- ${name(before, 0)}`,
    `+++ ${name(after, 1)}`,
    ...found.flatMap(([from, to]) => {
      const part = lines.slice(from, to);
      const [first] = part;
      const old = part.filter((l) => l.kind !== "added").length;
      const now = part.filter((l) => l.kind !== "removed").length;
      return [
        `@@ -${range(first?.before ?? 0, old)} +${range(first?.after ?? 0, now)} @@`,
        ...part.map((l) => `${MARKS[l.kind]}${l.text}`),
      ];
    }),
  ];
}
