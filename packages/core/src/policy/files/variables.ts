import { problem, type Problem } from "../../errors.js";
import type { Json } from "../../params/types.js";
import { suggest } from "../../text.js";
import { isObject, join } from "../reader.js";

/** Variables by name. */
export type Variables = ReadonlyMap<string, Json>;

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;
/** `$${` stands for `${` itself. */
const USE = /\$\$\{|\$\{([^}]*)\}/g;
const LONGEST = 65_536;

/** Whether a variable may have this name. */
export function isVariableName(name: string): boolean {
  return NAME.test(name);
}

/** What is wrong with the value of a variable; undefined when nothing is. */
export function valueProblem(value: unknown): string | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0 || items.some((v) => v === null || v === undefined || typeof v === "object")) {
    return "expected a text, a number, true or false, or a list of them";
  }
  if (items.some((v) => typeof v === "string" && v.replaceAll("$${", "").includes("${"))) {
    return "a value cannot use another variable";
  }
  return undefined;
}

/** Puts variables in the place of `${name}`, and remembers what is wrong and which were used. */
export class Substitution {
  readonly problems: Problem[] = [];
  readonly used = new Set<string>();

  constructor(readonly variables: Variables) {}

  /** The same data with all variables replaced; keys stay as they are. */
  apply(data: unknown, path = ""): unknown {
    if (typeof data === "string") return data.includes("${") ? this.#text(data, path) : data;
    if (Array.isArray(data)) return data.map((item, i) => this.apply(item, `${path}[${i}]`));
    if (!isObject(data)) return data;
    return Object.fromEntries(Object.entries(data).map(([k, v]) => [k, this.apply(v, join(path, k))]));
  }

  /** A text that is one variable takes its value, of whatever type; within a text only scalars can stand. */
  #text(text: string, path: string): unknown {
    const whole = /^\$\{([^}]*)\}$/.exec(text);
    if (whole) return this.#value(whole[1] ?? "", path) ?? text;
    const result = text.replace(USE, (found, name: string | undefined) => {
      if (name === undefined) return "${";
      const value = this.#value(name, path);
      if (value === undefined) return found;
      if (!Array.isArray(value)) return String(value as string | number | boolean);
      this.#refuse(
        path,
        name,
        "a list cannot stand within a text",
        "write the variable alone, without other text",
      );
      return found;
    });
    if (result.length <= LONGEST) return result;
    this.#refuse(path, "", `the text grows to ${result.length} characters`, `at most ${LONGEST} are read`);
    return "";
  }

  #value(name: string, path: string): Json | undefined {
    const value = this.variables.get(name);
    if (value !== undefined) {
      this.used.add(name);
      return value;
    }
    const suggestion = suggest(name, [...this.variables.keys()]);
    this.problems.push(problem("ERR_EMPTCP_UNKNOWN_VARIABLE", path, { name, suggestion }));
    return undefined;
  }

  #refuse(path: string, name: string, reason: string, hint: string): void {
    this.problems.push(problem("ERR_EMPTCP_VARIABLE", path, { name, reason }, { hint }));
  }
}
