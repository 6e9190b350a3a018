import { readUnsigned, writeUnsigned } from "./integer.js";
import { boundsOf, inUnits, scale, splitQuantity, toInteger, within } from "./numbers.js";
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
  /** Says more about a unit that is refused on purpose. */
  readonly hint?: (unit: string) => string | undefined;
}

const LIMIT = (1n << 64n) - 1n;

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
    if (!pieces || pieces.length < 2 || pieces.join("").length !== input.replace(/\s+/g, "").length) {
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
      const unit = typeof input === "string" ? splitQuantity(input)?.unit : undefined;
      const hint = unit === undefined ? undefined : options.hint?.(unit);
      return value instanceof ParamRefusal && hint !== undefined
        ? new ParamRefusal(value.expected, hint)
        : value;
    },
    size: () => 8,
    align: () => 8,
    encode: (value, _d, out, offset) => writeUnsigned(value, 8, out, offset),
    decode: (bytes, offset) => inUnits(readUnsigned(bytes, 8, offset), options.print),
    schema: () =>
      options.bare ? { anyOf: [{ type: "string" }, { type: "integer", minimum: 0 }] } : { type: "string" },
    expected,
  };
}
