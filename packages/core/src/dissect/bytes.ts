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

/** Formats 6 bytes as "02:00:00:00:00:01". */
export function formatMac(bytes: Uint8Array): string {
  return hex(bytes, ":");
}
