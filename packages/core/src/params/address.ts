/** An IPv4 or IPv6 address in network byte order: 4 or 16 bytes. */
export interface Address {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

const ZERO = 48;
const DOT = 46;
const COLON = 58;

/**
 * Reads dotted IPv4 from `text[start, end)`.
 *
 * @returns the address as an unsigned 32-bit number, or -1; leading zeros are refused, since some read them as octal
 */
export function parseIPv4(text: string, start = 0, end = text.length): number {
  let address = 0;
  let part = -1;
  let parts = 0;
  for (let i = start; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === DOT) {
      if (part < 0 || ++parts > 3) return -1;
      address = address * 256 + part;
      part = -1;
      continue;
    }
    const digit = c - ZERO;
    if (digit < 0 || digit > 9 || part === 0) return -1;
    part = part < 0 ? digit : part * 10 + digit;
    if (part > 255) return -1;
  }
  return parts === 3 && part >= 0 ? address * 256 + part : -1;
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/**
 * Reads IPv6 (RFC 4291 section 2.2, all three forms) from `text[start, end)` into 16 bytes at `at`.
 * Zone ids are refused: a packet has none.
 */
export function parseIPv6Into(
  text: string,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
): boolean {
  let used = 0;
  let gap = -1;
  let i = start;
  if (end - start < 2) return false;
  if (text.charCodeAt(i) === COLON) {
    if (text.charCodeAt(i + 1) !== COLON) return false;
    gap = 0;
    i += 2;
  }
  while (i < end) {
    if (used >= 16) return false;
    const first = i;
    let group = 0;
    for (; i < end; i++) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit < 0) break;
      group = group * 16 + digit;
      if (i - first >= 4) return false;
    }
    if (i === first) return false;
    if (i < end && text.charCodeAt(i) === DOT) {
      const v4 = used <= 12 ? parseIPv4(text, first, end) : -1;
      if (v4 < 0) return false;
      out[at + used] = v4 >>> 24;
      out[at + used + 1] = v4 >>> 16;
      out[at + used + 2] = v4 >>> 8;
      out[at + used + 3] = v4;
      used += 4;
      break;
    }
    out[at + used] = group >>> 8;
    out[at + used + 1] = group;
    used += 2;
    if (i === end) break;
    if (text.charCodeAt(i) !== COLON || ++i === end) return false;
    if (text.charCodeAt(i) === COLON) {
      if (gap >= 0) return false;
      gap = used;
      i++;
    }
  }
  if (gap < 0) return used === 16;
  if (used > 14) return false;
  const tail = used - gap;
  out.copyWithin(at + 16 - tail, at + gap, at + used);
  out.fill(0, at + gap, at + 16 - tail);
  return true;
}

/** The 4 bytes of an unsigned 32-bit number in network byte order. */
export function bytesOfIPv4(address: number): Uint8Array {
  return Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}

/** True for `::ffff:0:0/96`: an IPv4 address in the form that dual-stack sockets show. */
export function isMapped(bytes: Uint8Array, at = 0): boolean {
  for (let i = 0; i < 10; i++) if (bytes[at + i] !== 0) return false;
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff;
}

/**
 * Reads an address as people write it. IPv4-mapped IPv6 is IPv4: that is what the packets carry.
 *
 * @returns undefined for anything else, zone ids included
 */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseIPv4(text);
  if (v4 >= 0) return { family: 4, bytes: bytesOfIPv4(v4) };
  const bytes = new Uint8Array(16);
  if (!parseIPv6Into(text, 0, text.length, bytes, 0)) return undefined;
  return isMapped(bytes) ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

/** Dotted IPv4 of 4 bytes. */
function formatIPv4(bytes: Uint8Array, at = 0): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** Canonical text of an address of 4 or 16 bytes (RFC 5952; IPv4-mapped ones in mixed form). */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return formatIPv4(bytes);
  if (isMapped(bytes)) return `::ffff:${formatIPv4(bytes, 12)}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let gap = -1;
  let gapLength = 1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && groups[i + n] === 0) n++;
    if (n > gapLength) [gap, gapLength] = [i, n];
    if (n > 0) i += n - 1;
  }
  const hex = groups.map((g) => g.toString(16));
  if (gap < 0) return hex.join(":");
  return `${hex.slice(0, gap).join(":")}::${hex.slice(gap + gapLength).join(":")}`;
}

/** The address as an unsigned number. */
export function addressValue(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
