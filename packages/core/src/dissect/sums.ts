import { concat, uint } from "./bytes.js";

/** Ones' complement sum of 16-bit big-endian words, folded to 16 bits (RFC 1071); an odd last byte is padded with 0. */
export function onesSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/**
 * The pseudo-header that TCP, UDP and ICMPv6 checksums cover (RFC 9293 section 3.1, RFC 8200 section 8.1).
 * @param src 4 or 16 bytes
 * @param dst as many bytes as `src`
 * @param protocol number of the upper-layer protocol
 * @param length bytes of upper-layer header and payload
 */
export function pseudoHeader(src: Uint8Array, dst: Uint8Array, protocol: number, length: number): Uint8Array {
  return src.length === 4
    ? concat(src, dst, uint(protocol, 2), uint(length, 2))
    : concat(src, dst, uint(length, 4), uint(protocol, 4));
}
