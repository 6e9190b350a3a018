import type { OptionArg, PositionalArg } from "./define.js";
import { closest } from "./suggest.js";
import type { UsageProblem } from "./usage-error.js";

type ValueArg = OptionArg | PositionalArg;
type Reading = { readonly value: string | number } | { readonly problem: UsageProblem };

function readNumber(text: string, arg: ValueArg): Reading | string {
  const [min, max] = [Number(arg.min ?? 0), Number(arg.max ?? Number.MAX_SAFE_INTEGER)];
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return { value };
  return arg.max === undefined ? `a number, ${min} or more` : `a number from ${min} to ${max}`;
}

/** Units are those of the policy files: core reads them. */
async function readQuantity(
  kind: "duration" | "rate",
  text: string,
  { description, min, max }: ValueArg,
): Promise<Reading | string> {
  const { kindOf, ParamRefusal } = await import("@emptcp/core");
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  const value: unknown = kindOf({ kind }).parse(text, { kind, description, ...bounds });
  if (value instanceof ParamRefusal)
    return value.hint === undefined ? value.expected : `${value.expected}; ${value.hint}`;
  return { value: kind === "duration" ? Number(value) / 1e6 : Number(value) };
}

/**
 * Reads a value of the command line.
 *
 * @param name as the user wrote it or would write it, for messages: `--count`, `SET`
 * @param text what the user wrote
 * @returns the value (milliseconds for a duration, bits per second for a rate), or what is wrong with it
 */
export async function readValue(name: string, arg: ValueArg, text: string): Promise<Reading> {
  if (arg.choices) {
    if (arg.choices.includes(text)) return { value: text };
    const near = closest(text, arg.choices);
    const choices = `it is one of ${arg.choices.join(", ")}`;
    const hint = near === undefined ? choices : `did you mean ${near}? ${choices}`;
    return { problem: { message: `${name} is "${text}"`, hint } };
  }
  const reading =
    arg.kind === "number"
      ? readNumber(text, arg)
      : arg.kind === "duration" || arg.kind === "rate"
        ? await readQuantity(arg.kind, text, arg)
        : { value: text };
  if (typeof reading !== "string") return reading;
  return { problem: { message: `${name} is "${text}"`, hint: `it is ${reading}` } };
}
