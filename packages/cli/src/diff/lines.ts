/** One line of a comparison. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Differences beyond which texts are taken to have nothing in common: more would cost memory, and nobody reads it. */
const LIMIT = 3000;

/**
 * Compares texts line by line (Myers, An O(ND) Difference Algorithm, 1986).
 *
 * @returns every line of both, in order; those of `before` first where both differ
 */
export function compareLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const a = before.slice(start, before.length - end);
  const b = after.slice(start, after.length - end);
  const same = (text: string): DiffLine => ({ kind: "same", text });
  return [
    ...before.slice(0, start).map(same),
    ...middle(a, b),
    ...before.slice(before.length - end).map(same),
  ];
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const path = a.length === 0 || b.length === 0 ? undefined : shortest(a, b);
  if (path) return path;
  return [
    ...a.map((text): DiffLine => ({ kind: "removed", text })),
    ...b.map((text): DiffLine => ({ kind: "added", text })),
  ];
}

/** The shortest list of changes from `a` to `b`; undefined when it is longer than the limit. */
function shortest(a: readonly string[], b: readonly string[]): DiffLine[] | undefined {
  const max = Math.min(a.length + b.length, LIMIT);
  // For each number of changes: how far each diagonal reaches in `a`.
  const reached: Int32Array[] = [];
  let last = new Int32Array(2 * max + 3);
  for (let d = 0; d <= max; d++) {
    const now = Int32Array.from(last);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (last[k - 1 + max + 1] ?? 0) < (last[k + 1 + max + 1] ?? 0));
      let x = down ? (last[k + 1 + max + 1] ?? 0) : (last[k - 1 + max + 1] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      now[k + max + 1] = x;
      if (x >= a.length && x - k >= b.length) return retrace(a, b, [...reached, now]);
    }
    reached.push(now.slice(max + 1 - d - 1, max + 1 + d + 2));
    last = now;
  }
  return undefined;
}

function retrace(a: readonly string[], b: readonly string[], reached: readonly Int32Array[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  for (let d = reached.length - 1; d > 0; d--) {
    const before = reached[d - 1] as Int32Array;
    // Row d-1 holds the diagonals from -(d-1)-1 to (d-1)+1.
    const at = (k: number): number => before[k + d] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const from = down ? k + 1 : k - 1;
    const fromX = at(from);
    const fromY = fromX - from;
    while (x > (down ? fromX : fromX + 1) && y > (down ? fromY + 1 : fromY)) {
      lines.push({ kind: "same", text: a[--x] ?? "" });
      y--;
    }
    if (down) lines.push({ kind: "added", text: b[--y] ?? "" });
    else lines.push({ kind: "removed", text: a[--x] ?? "" });
  }
  while (x > 0) lines.push({ kind: "same", text: a[--x] ?? "" });
  return lines.reverse();
}
