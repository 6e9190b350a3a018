import { expect, it } from "vitest";
import { compareLines, type DiffLine } from "./lines.js";

const of = (lines: readonly DiffLine[], ...kinds: DiffLine["kind"][]): string[] =>
  lines.filter((l) => kinds.includes(l.kind)).map((l) => l.text);

/** Length of the longest common subsequence, the slow way. */
function common(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    b.forEach((y, j) => next.push(x === y ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0)));
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Texts of few different lines, the same ones in every run. */
function* texts(): Generator<[string[], string[]]> {
  let state = 1;
  const next = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  const text = (): string[] => Array.from({ length: next(25) }, () => "abcd"[next(4)] ?? "");
  for (let i = 0; i < 500; i++) yield [text(), text()];
}

it("gives both texts back, with as much in common as there is", () => {
  for (const [a, b] of texts()) {
    const lines = compareLines(a, b);
    expect(of(lines, "same", "removed")).toEqual(a);
    expect(of(lines, "same", "added")).toEqual(b);
    expect(of(lines, "same")).toHaveLength(common(a, b));
  }
});

it("gives texts back that have nothing in common and are long", () => {
  const a = Array.from({ length: 4000 }, (_, i) => `a${i}`);
  const b = Array.from({ length: 4000 }, (_, i) => `b${i}`);
  const lines = compareLines(a, b);
  expect(of(lines, "removed")).toEqual(a);
  expect(of(lines, "added")).toEqual(b);
});
