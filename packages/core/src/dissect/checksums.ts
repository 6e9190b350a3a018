import { concat, readUint } from "./bytes.js";
import type { ChecksumStatus } from "./reader.js";
import { onesSum, pseudoHeader } from "./sums.js";

/** What an upper layer needs to know about the IP header below it. */
export interface IpContext {
  readonly src: Uint8Array;
  readonly dst: Uint8Array;
  /** The whole upper layer is here: no fragment, nothing cut off. */
  readonly whole: boolean;
}

/** Verifies a checksum that covers exactly `bytes`. */
export function plainStatus(bytes: Uint8Array): ChecksumStatus {
  return onesSum(bytes) === 0xffff ? "good" : "bad";
}

/**
 * Verifies a checksum that also covers the pseudo-header.
 * @param at offset of the checksum field within `segment`
 */
export function upperStatus(
  ip: IpContext,
  protocol: number,
  segment: Uint8Array,
  at: number,
): ChecksumStatus {
  if (!ip.whole) return "unchecked";
  const pseudo = pseudoHeader(ip.src, ip.dst, protocol, segment.length);
  if (onesSum(concat(pseudo, segment)) === 0xffff) return "good";
  return readUint(segment, at, 2) === onesSum(pseudo) ? "partial" : "bad";
}
