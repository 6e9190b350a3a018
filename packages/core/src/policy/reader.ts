import { problem, type ErrorCode, type ErrorValues, type Problem } from "../errors.js";
import { listNames, show, suggest } from "../text.js";

export type JsonObject = Readonly<Record<string, unknown>>;

/** True for plain objects: not null, not arrays. */
export function isObject(input: unknown): input is JsonObject {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

/** Names of sets and policies: safe in paths, messages and tables. */
export const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Reads untrusted data and remembers everything that is wrong with it. */
export class Reader {
  readonly problems: Problem[] = [];

  report<C extends ErrorCode>(code: C, path: string, values: ErrorValues<C>): undefined {
    this.problems.push(problem(code, path, values));
    return undefined;
  }

  /** Says that `got` should have been something else. */
  expected(path: string, expected: string, got: unknown, suggestion = ""): undefined {
    const what = path === "" ? "policy set" : (path.split(".").pop() ?? path);
    return this.report("ERR_EMPTCP_MALFORMED", path, { what, expected, got: show(got), suggestion });
  }

  /** Says that a key is not known, and which one may be meant. */
  unknownKey(path: string, key: string, keys: readonly string[]): void {
    this.expected(path, `one of ${listNames(keys, "or")}`, key, suggest(key, keys));
    const last = this.problems.pop();
    if (last) this.problems.push({ ...last, at: "key" });
  }

  object(input: unknown, path: string, keys?: readonly string[]): JsonObject | undefined {
    if (!isObject(input)) return this.expected(path, "an object", input);
    for (const key of keys ? Object.keys(input) : []) {
      if (keys?.includes(key) === true || input[key] === undefined) continue;
      this.unknownKey(join(path, key), key, keys ?? []);
    }
    return input;
  }

  list(input: unknown, path: string, what: string): readonly unknown[] {
    if (Array.isArray(input)) return input;
    this.expected(path, what, input);
    return [];
  }

  /** One of some words, or the default when absent. */
  word<T extends string>(input: unknown, path: string, words: readonly T[], absent: T): T {
    if (input === undefined || input === null) return absent;
    const found = words.find((w) => w === input);
    if (found === undefined) this.expected(path, `one of ${listNames(words, "or")}`, input);
    return found ?? absent;
  }

  boolean(input: unknown, path: string): boolean {
    if (input !== undefined && input !== null && typeof input !== "boolean") {
      this.expected(path, "true or false", input);
    }
    return input === true;
  }

  integer(input: unknown, path: string, min: number, max: number): number | undefined {
    if (input === undefined || input === null) return undefined;
    if (typeof input === "number" && Number.isInteger(input) && input >= min && input <= max) return input;
    return this.expected(path, `an integer in ${min}..${max}`, input);
  }

  /** A name that is safe in paths, messages and tables. */
  name(input: unknown, path: string, what: string): string {
    if (typeof input === "string" && NAME.test(input)) return input;
    this.report("ERR_EMPTCP_NAME", path, { what, got: show(input) });
    return "";
  }
}

/** Appends a step to a path: `policies[0]` and `chain` make `policies[0].chain`. */
export function join(path: string, step: string): string {
  return path === "" || step.startsWith("[") ? `${path}${step}` : `${path}.${step}`;
}
