import { formatAddress, isMapped, parseAddress, parseIPv6Into, type Address } from "./address.js";

/** An address with a number of leading bits that count. */
export interface Prefix extends Address {
  /** 0..32 or 0..128. */
  readonly length: number;
}

/** Mask of `length` leading ones in `size` bytes. */
export function prefixMask(length: number, size: number): Uint8Array {
  const mask = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    const bits = Math.min(8, Math.max(0, length - i * 8));
    mask[i] = 0xff00 >>> bits;
  }
  return mask;
}

/** The prefix with every bit after its length cleared. */
export function maskPrefix(prefix: Prefix): Prefix {
  const mask = prefixMask(prefix.length, prefix.bytes.length);
  return { ...prefix, bytes: prefix.bytes.map((b, i) => b & (mask[i] ?? 0)) };
}

/**
 * Reads `10.0.0.0/8`, `fd00::/16`, or an address alone (all its bits count). Host bits are kept, so that
 * the caller can refuse them by name.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) {
    const address = parseAddress(text);
    return address && { ...address, length: address.bytes.length * 8 };
  }
  const lengthText = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(lengthText)) return undefined;
  const length = Number(lengthText);
  const address = parseAddress(text.slice(0, slash));
  if (!address) return undefined;
  const written6 = text.lastIndexOf(":", slash) >= 0;
  if (!written6 || address.family === 6) {
    return length <= address.bytes.length * 8 ? { ...address, length } : undefined;
  }
  if (length > 128) return undefined;
  if (length >= 96) return { ...address, length: length - 96 };
  const bytes = new Uint8Array(16);
  parseIPv6Into(text, 0, slash, bytes, 0);
  return { family: 6, bytes, length };
}

/** Canonical text; `/32` and `/128` are left out. */
export function formatPrefix(prefix: Prefix): string {
  const full = prefix.length === prefix.bytes.length * 8;
  return full ? formatAddress(prefix.bytes) : `${formatAddress(prefix.bytes)}/${prefix.length}`;
}

/** 16 bytes that hold either family: IPv4 as `::ffff:a.b.c.d`. */
export function toMapped(address: Address): Uint8Array {
  if (address.family === 6) return address.bytes;
  const bytes = new Uint8Array(16);
  bytes[10] = 0xff;
  bytes[11] = 0xff;
  bytes.set(address.bytes, 12);
  return bytes;
}

/** The address that 16 bytes hold, IPv4 when mapped. */
export function fromMapped(bytes: Uint8Array): Address {
  return isMapped(bytes)
    ? { family: 4, bytes: Uint8Array.from(bytes.subarray(12, 16)) }
    : { family: 6, bytes: Uint8Array.from(bytes.subarray(0, 16)) };
}
