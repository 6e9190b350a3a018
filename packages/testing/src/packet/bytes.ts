/** Text (as UTF-8), bytes, or a list of byte values. */
export type Bytes = Uint8Array | readonly number[] | string;

/** Returns a fresh copy of `source` as bytes; `undefined` is no bytes. */
export function toBytes(source: Bytes | undefined): Uint8Array {
  if (source === undefined) return new Uint8Array();
  if (typeof source === "string") return new TextEncoder().encode(source);
  return Uint8Array.from(source);
}

/** Joins the parts into one new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * Encodes an unsigned integer in network byte order.
 * @param value must fit in `size` bytes
 * @param size number of bytes, 1 to 8
 * @throws RangeError when the value is negative, fractional or too large
 */
export function uint(value: number | bigint, size: number): Uint8Array {
  const big = BigInt(value);
  if (big < 0n || big >= 1n << BigInt(8 * size)) {
    throw new RangeError(`encode ${value}: does not fit in ${size} bytes`);
  }
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = Number((big >> BigInt(8 * (size - 1 - i))) & 0xffn);
  return bytes;
}

/** Reads a big-endian unsigned integer of up to 6 bytes; bytes beyond the end count as 0. */
export function readUint(bytes: Uint8Array, offset: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[offset + i] ?? 0);
  return value;
}

/** Lower-case hexadecimal, bytes separated by `separator`. */
export function hex(bytes: Uint8Array, separator = ""): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}

/**
 * Parses hexadecimal text; blanks, colons and line breaks are ignored.
 * @throws SyntaxError when anything else remains or a digit is missing
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[\s:]/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new SyntaxError(`parse hex: unexpected text "${text}"`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
