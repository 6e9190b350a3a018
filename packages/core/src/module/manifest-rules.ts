import { problem, type Problem } from "../errors.js";
import { escapeText, listNames, show, suggest } from "../text.js";

/** True for text that can be printed as it is: no control, bidirectional or invisible characters, one line. */
export function isPlainText(text: string): boolean {
  return !text.includes("\n") && escapeText(text) === text;
}

const isObject = (input: unknown): input is Readonly<Record<string, unknown>> =>
  typeof input === "object" && input !== null && !Array.isArray(input);

/** Collects what is wrong with data from strangers. */
export class Rules {
  readonly problems: Problem[] = [];

  check(path: string, ok: boolean, expected: string, got: unknown, suggestion = ""): boolean {
    if (!ok) {
      const what = path === "" ? "manifest" : path;
      const values = { what, expected, got: show(got), suggestion };
      const hint = "ask the package's author to rebuild it with `emptcp build`";
      this.problems.push(problem("ERR_EMPTCP_MALFORMED", path, values, { hint: `${hint}${suggestion}` }));
    }
    return ok;
  }

  equal(path: string, got: unknown, expected: number): void {
    this.check(path, got === expected, `${expected}`, got);
  }

  text(path: string, got: unknown, length: number, pattern?: RegExp): void {
    const ok =
      typeof got === "string" && got.length <= length && isPlainText(got) && (pattern?.test(got) ?? true);
    this.check(
      path,
      ok,
      pattern ? `text like ${pattern.source}` : `one line of text, at most ${length} characters`,
      got,
    );
  }

  integer(path: string, got: unknown, min: number, max: number): number | undefined {
    const ok = typeof got === "number" && Number.isInteger(got) && got >= min && got <= max;
    return this.check(path, ok, `an integer in ${min}..${max}`, got) ? (got as number) : undefined;
  }

  oneOf(path: string, got: unknown, words: readonly string[]): void {
    this.check(path, words.includes(got as string), `one of ${listNames(words, "or")}`, got);
  }

  /** Distinct words of a set. */
  list(path: string, got: unknown, words: readonly string[], least: number): void {
    const items = Array.isArray(got) ? (got as unknown[]) : [];
    const ok =
      Array.isArray(got) &&
      items.length >= least &&
      new Set(items).size === items.length &&
      items.every((i) => words.includes(i as string));
    this.check(path, ok, `a list of different ones of ${listNames(words, "or")}`, got);
  }

  /** An object with no other keys than these. */
  object(path: string, got: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    if (!this.check(path, isObject(got), "an object", got) || !isObject(got)) return undefined;
    for (const key of Object.keys(got)) {
      if (keys.includes(key)) continue; // manifests are read at every start: no words for what is right
      const at = path === "" ? escapeText(key) : `${path}.${escapeText(key)}`;
      this.check(at, false, `no other keys than ${listNames(keys)}`, key, suggest(key, keys));
    }
    return got;
  }

  each(path: string, got: unknown, most: number, check: (path: string, item: unknown) => void): void {
    const ok = Array.isArray(got) && got.length <= most;
    if (this.check(path, ok, `a list of at most ${most}`, got) && Array.isArray(got)) {
      got.forEach((item, i) => check(`${path}[${i}]`, item));
    }
  }

  unique(path: string, got: unknown, key: string): void {
    const names = Array.isArray(got)
      ? got.map((item: unknown) => (isObject(item) ? item[key] : undefined))
      : [];
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    this.check(path, twice === undefined, `different values of ${key}`, twice);
  }
}
