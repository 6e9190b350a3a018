import { ParamRefusal, type ParamDescriptor } from "./types.js";

/** Bounds of a parameter as exact numbers. */
export interface Bounds {
  readonly min: bigint;
  readonly max: bigint;
}

/** Reads an integer exactly: a safe number, a bigint, or decimal or 0x text. */
export function toInteger(input: unknown): bigint | undefined {
  if (typeof input === "bigint") return input;
  if (typeof input === "number") return Number.isSafeInteger(input) ? BigInt(input) : undefined;
  if (typeof input === "string" && /^(?:0x[0-9a-f]{1,16}|-?\d{1,20})$/i.test(input)) return BigInt(input);
  return undefined;
}

/** The smaller of what the kind allows and what the descriptor says; `read` understands the bounds' spelling. */
export function boundsOf(
  descriptor: ParamDescriptor,
  limit: bigint,
  read: (input: unknown) => bigint | undefined = toInteger,
): Bounds {
  const min = descriptor.min === undefined ? 0n : (read(descriptor.min) ?? 0n);
  const max = descriptor.max === undefined ? limit : (read(descriptor.max) ?? limit);
  return { min: min < 0n ? 0n : min, max: max > limit ? limit : max };
}

/** A number for JSON: text where a number would lose digits. */
export function toJsonNumber(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

/** The value when it lies within the bounds, else the refusal. */
export function within(
  value: bigint | undefined,
  { min, max }: Bounds,
  expected: string,
): bigint | ParamRefusal {
  return value === undefined || value < min || value > max ? new ParamRefusal(expected) : value;
}

/** Text of a quantity: number, then the unit's name; undefined when it is written otherwise. */
export function splitQuantity(text: string): { amount: string; unit: string } | undefined {
  const found = /^\s*(\d{1,20}(?:\.\d{1,9})?)\s*([a-zA-Zµ/]*)\s*$/.exec(text);
  return found ? { amount: found[1] ?? "", unit: found[2] ?? "" } : undefined;
}

/** `amount` (decimal text) times `factor`, exactly; undefined when the result is no integer. */
export function scale(amount: string, factor: bigint): bigint | undefined {
  const [whole = "0", fraction = ""] = amount.split(".");
  const product = BigInt(whole + fraction) * factor;
  const divisor = 10n ** BigInt(fraction.length);
  return product % divisor === 0n ? product / divisor : undefined;
}

/** The value in the largest unit that gives an integer: `20Mbit`. */
export function inUnits(value: bigint, units: readonly (readonly [string, bigint])[]): string {
  for (const [name, factor] of units) {
    if (value >= factor && value % factor === 0n) return `${value / factor}${name}`;
  }
  return `${value}${units[units.length - 1]?.[0] ?? ""}`;
}
