import { boundsOf, toInteger, toJsonNumber, within } from "./numbers.js";
import type { ParamDescriptor, ParamKind } from "./types.js";

/** Writes an unsigned integer of 1, 2, 4 or 8 bytes, little-endian. */
export function writeUnsigned(value: bigint, size: number, out: Buffer, offset: number): void {
  if (size === 8) out.writeBigUInt64LE(value, offset);
  else out.writeUIntLE(Number(value), offset, size);
}

/** Reads an unsigned integer of 1, 2, 4 or 8 bytes, little-endian. */
export function readUnsigned(bytes: Buffer, size: number, offset: number): bigint {
  return size === 8 ? bytes.readBigUInt64LE(offset) : BigInt(bytes.readUIntLE(offset, size));
}

/** u8, u16, u32, u64: unsigned, little-endian, as wide as their name. Text is accepted for u64 only. */
function integer(size: 1 | 2 | 4 | 8): ParamKind<bigint> {
  const limit = (1n << BigInt(size * 8)) - 1n;
  const bounds = (d: ParamDescriptor) => boundsOf(d, limit);
  const expected = (d: ParamDescriptor): string => {
    const { min, max } = bounds(d);
    return `an integer in ${min}..${max}${d.unit === undefined ? "" : ` (${d.unit})`}`;
  };
  return {
    parse: (input, d) =>
      within(size < 8 && typeof input === "string" ? undefined : toInteger(input), bounds(d), expected(d)),
    size: () => size,
    align: () => size,
    encode: (value, _d, out, offset) => writeUnsigned(value, size, out, offset),
    decode: (bytes, offset) => toJsonNumber(readUnsigned(bytes, size, offset)),
    schema: (d) => {
      const { min, max } = bounds(d);
      const number = { type: "integer", minimum: toJsonNumber(min), maximum: toJsonNumber(max) };
      return size < 8
        ? number
        : {
            anyOf: [
              { type: "integer", minimum: Number(min), maximum: Number.MAX_SAFE_INTEGER },
              { type: "string", pattern: "^(?:0[xX][0-9a-fA-F]{1,16}|\\d{1,20}|-0{1,20})$" },
            ],
          };
    },
    expected,
  };
}

export const u8 = integer(1);
export const u16 = integer(2);
export const u32 = integer(4);
export const u64 = integer(8);
