import type { Rules } from "./manifest-rules.js";
import { HOOKS } from "./types.js";

const MOST_RULES = 32;
const MOST_VALUES = 64;

const isPlainValue = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

function checkValues(r: Rules, path: string, input: unknown): void {
  const values = r.object(path, input, ["is", "not"]);
  if (!values) return;
  const given = Object.keys(values);
  r.check(path, given.length === 1, "either is or not", given);
  for (const key of given) {
    r.each(`${path}.${key}`, values[key], MOST_VALUES, (at, value) =>
      r.check(at, isPlainValue(value), "text, a number, true or false", value),
    );
  }
}

/** What is wrong with the uses of parameters that a manifest refuses (`refuses`). */
export function checkParamRules(r: Rules, input: unknown, params: unknown): void {
  if (input === undefined) return;
  const known = (Array.isArray(params) ? (params as unknown[]) : []).flatMap((param) => {
    const name = (param as { name?: unknown } | null)?.name;
    return typeof name === "string" ? [name] : [];
  });
  r.each("refuses", input, MOST_RULES, (at, item) => {
    const rule = r.object(at, item, ["when", "hooks", "because", "instead"]);
    if (!rule) return;
    const when = r.object(`${at}.when`, rule["when"], known);
    for (const [name, values] of Object.entries(when ?? {})) checkValues(r, `${at}.when.${name}`, values);
    if (rule["hooks"] !== undefined) r.list(`${at}.hooks`, rule["hooks"], HOOKS, 1);
    r.text(`${at}.because`, rule["because"], 300);
    r.text(`${at}.instead`, rule["instead"], 300);
  });
}
