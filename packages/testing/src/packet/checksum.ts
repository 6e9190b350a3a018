import { onesSum, pseudoHeader } from "@emptcp/core/dissect";
import { concat } from "./bytes.js";

export { onesSum, pseudoHeader };

/**
 * How a checksum field is filled:
 * - "good": the value RFC 1071 asks for;
 * - "partial": the folded sum of the pseudo-header only, not complemented, as Linux leaves it for an
 *   offloading device (CHECKSUM_PARTIAL);
 * - "bad": the good value with its lowest bit turned over;
 * - a number: exactly this.
 */
export type ChecksumMode = "good" | "partial" | "bad" | number;

/** The Internet checksum of `bytes` (RFC 1071): complement of their ones' complement sum. */
export function internetChecksum(bytes: Uint8Array): number {
  return ~onesSum(bytes) & 0xffff;
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
