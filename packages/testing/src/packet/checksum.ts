import { concat, uint } from "./bytes.js";

/**
 * How a checksum field is filled:
 * - "good": the value RFC 1071 asks for;
 * - "partial": the folded sum of the pseudo-header only, not complemented, as Linux leaves it for an
 *   offloading device (CHECKSUM_PARTIAL);
 * - "bad": the good value with its lowest bit turned over;
 * - a number: exactly this.
 */
export type ChecksumMode = "good" | "partial" | "bad" | number;

/** Ones' complement sum of 16-bit big-endian words, folded to 16 bits (RFC 1071); an odd last byte is padded with 0. */
export function onesSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** The Internet checksum of `bytes` (RFC 1071): complement of their ones' complement sum. */
export function internetChecksum(bytes: Uint8Array): number {
  return ~onesSum(bytes) & 0xffff;
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

/**
 * Computes the value of an upper-layer checksum field.
 * @param pseudo the pseudo-header; empty for protocols without one (ICMP)
 * @param segment header and payload with the checksum field set to 0
 */
export function upperChecksum(pseudo: Uint8Array, segment: Uint8Array, mode: ChecksumMode): number {
  if (typeof mode === "number") return mode;
  if (mode === "partial") return onesSum(pseudo);
  const good = internetChecksum(concat(pseudo, segment));
  return mode === "bad" ? good ^ 1 : good;
}
