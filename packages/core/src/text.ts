/** Small helpers for texts that people read in messages. */

const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Shows control, bidirectional and invisible characters as \u escapes, so that text cannot forge output. Line feeds stay. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Shows a value as the user would write it, shortened: `"abc"`, `12`, `[1,2]`, `nothing`. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function") return "a function";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  let text: string;
  try {
    text = JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v));
  } catch {
    text = "a value that cannot be shown";
  }
  text = escapeText(text ?? String(typeof value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Joins names for a message: `a, b and c`; `none` when there are none. */
export function listNames(names: readonly string[], last = "and"): string {
  if (names.length === 0) return "none";
  if (names.length === 1) return names[0] ?? "";
  const shown = names.length > 12 ? [...names.slice(0, 11), `${names.length - 11} more`] : names;
  return `${shown.slice(0, -1).join(", ")} ${last} ${shown[shown.length - 1] ?? ""}`;
}

/** Number of edits between two words, given up above `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit + 1;
}

/** `; did you mean "x"?` for the nearest known word, or nothing. */
export function suggest(word: string, known: readonly string[]): string {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase(), limit);
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best === undefined ? "" : `; did you mean "${best}"?`;
}

/** Byte order of two strings as UTF-8, the order used wherever names decide. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
