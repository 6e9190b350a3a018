import { readUnsigned, writeUnsigned } from "./integer.js";
import { boundsOf, inUnits, scale, splitQuantity, toInteger, within } from "./numbers.js";
import { AMOUNT, whole } from "./patterns.js";
import { ParamRefusal, type ParamDescriptor, type ParamKind } from "./types.js";

/** What distinguishes one kind of quantity from another. */
export interface QuantityOptions {
  /** Factor of a unit as people write it; undefined when the unit is unknown. */
  readonly factor: (unit: string) => bigint | undefined;
  /** Whether a bare number is clear enough. */
  readonly bare: boolean;
  /** Units for printing, largest first; the last one has factor 1. */
  readonly print: readonly (readonly [string, bigint])[];
  readonly example: string;
  readonly what: string;
  /** Adds up texts such as `1m30s`. */
  readonly compound?: boolean;
  /** Pattern of all units that `factor` knows, without the empty one. */
  readonly units: string;
  /** What to write instead of an amount (decimal text) with a unit that is refused; `""`: there was none. */
  readonly hint?: (amount: string, unit: string) => string | undefined;
}

const LIMIT = (1n << 64n) - 1n;

/** What people may write: `20Mbit`, with `compound` also `1m30s`. */
function pattern({ units, bare, compound = false }: QuantityOptions): string {
  const one = `\\s*${AMOUNT}\\s*(?:${units})\\s*`;
  if (bare) return whole(one, `\\s*${AMOUNT}\\s*`);
  return compound ? whole(`(?:${one})+`, "\\s*0{1,20}\\s*") : whole(one);
}

/** A number with a unit, kept as `__u64` in the base unit, little-endian. */
export function quantity(options: QuantityOptions): ParamKind<bigint> {
  const readOne = (text: string): bigint | undefined => {
    const parts = splitQuantity(text);
    if (!parts) return undefined;
    if (parts.unit === "" && !options.bare && !/^0+$/.test(parts.amount)) return undefined;
    const factor = options.factor(parts.unit);
    return factor === undefined ? undefined : scale(parts.amount, factor);
  };
  const read = (input: unknown): bigint | undefined => {
    if (typeof input !== "string") {
      const value = toInteger(input);
      return options.bare || value === 0n ? value : undefined;
    }
    const pieces = options.compound === true ? input.match(/\d+(?:\.\d+)?\s*[a-zµ]+/gi) : null;
    if (
      !pieces ||
      pieces.length < 2 ||
      pieces.join("").replace(/\s+/g, "").length !== input.replace(/\s+/g, "").length
    ) {
      return readOne(input);
    }
    let sum = 0n;
    for (const piece of pieces) {
      const value = readOne(piece);
      if (value === undefined) return undefined;
      sum += value;
    }
    return sum;
  };
  const bounds = (d: ParamDescriptor) => boundsOf(d, LIMIT, read);
  const expected = (d: ParamDescriptor): string => {
    const limits = [
      ...(d.min === undefined ? [] : [`at least ${inUnits(bounds(d).min, options.print)}`]),
      ...(d.max === undefined ? [] : [`at most ${inUnits(bounds(d).max, options.print)}`]),
    ];
    return [`${options.what} such as "${options.example}"`, ...limits].join(", ");
  };
  return {
    parse: (input, d) => {
      const value = within(read(input), bounds(d), expected(d));
      const parts = splitQuantity(
        typeof input === "number" ? String(input) : typeof input === "string" ? input : "",
      );
      const known = parts && options.factor(parts.unit) !== undefined && (parts.unit !== "" || options.bare);
      const hint = parts && !known ? options.hint?.(parts.amount, parts.unit) : undefined;
      return value instanceof ParamRefusal && hint !== undefined
        ? new ParamRefusal(value.expected, hint)
        : value;
    },
    size: () => 8,
    align: () => 8,
    encode: (value, _d, out, offset) => writeUnsigned(value, 8, out, offset),
    decode: (bytes, offset) => inUnits(readUnsigned(bytes, 8, offset), options.print),
    schema: (d) => {
      const { min, max } = bounds(d);
      const limit = BigInt(Number.MAX_SAFE_INTEGER);
      const integer = options.bare
        ? { type: "integer", minimum: Number(min), maximum: Number(max < limit ? max : limit) }
        : { const: 0 };
      const text = { type: "string", pattern: pattern(options) };
      return { anyOf: [text, ...(options.bare || min === 0n ? [integer] : [])], examples: [options.example] };
    },
    expected,
  };
}
