import { createHash, createHmac } from "node:crypto";
import { concat, readUint, uint } from "./bytes.js";
import { internetChecksum } from "./checksum.js";
import { parseAddress } from "./address.js";

function digest(key: bigint, version: 0 | 1): Uint8Array {
  return createHash(version === 1 ? "sha256" : "sha1")
    .update(uint(key, 8))
    .digest();
}

/** The token of a key: the first 32 bits of its digest (RFC 8684 section 3.2). */
export function token(key: bigint, version: 0 | 1 = 1): number {
  return readUint(digest(key, version), 0, 4);
}

/** The initial data sequence number of a key: the last 64 bits of its digest (RFC 8684 section 3.1). */
export function idsn(key: bigint, version: 0 | 1 = 1): bigint {
  return Buffer.from(digest(key, version)).readBigUInt64BE(version === 1 ? 24 : 12);
}

/**
 * The HMAC of MP_JOIN (RFC 8684 section 3.2), whole. A SYN/ACK carries its first 8 bytes, an ACK its first 20.
 * @param fields keys and nonces, each pair seen from the packet's sender
 */
export function joinHmac(fields: {
  senderKey: bigint;
  receiverKey: bigint;
  senderNonce: number;
  receiverNonce: number;
  version?: 0 | 1;
}): Uint8Array {
  const key = concat(uint(fields.senderKey, 8), uint(fields.receiverKey, 8));
  return createHmac(fields.version === 0 ? "sha1" : "sha256", key)
    .update(concat(uint(fields.senderNonce, 4), uint(fields.receiverNonce, 4)))
    .digest();
}

/** The 8 HMAC bytes of ADD_ADDR (RFC 8684 section 3.4.1): the rightmost ones; a missing port counts as 0. */
export function addAddrHmac(fields: {
  senderKey: bigint;
  receiverKey: bigint;
  addressId: number;
  address: string;
  port?: number;
}): Uint8Array {
  const key = concat(uint(fields.senderKey, 8), uint(fields.receiverKey, 8));
  const message = concat(uint(fields.addressId, 1), parseAddress(fields.address), uint(fields.port ?? 0, 2));
  return createHmac("sha256", key).update(message).digest().subarray(24);
}

/** The DSS checksum (RFC 8684 section 3.3.1). @param fields `payload` is everything the mapping covers */
export function dssChecksum(fields: {
  dsn: bigint;
  subflowSeq: number;
  dataLength: number;
  payload: Uint8Array;
}): number {
  return internetChecksum(
    concat(
      uint(fields.dsn, 8),
      uint(fields.subflowSeq, 4),
      uint(fields.dataLength, 2),
      uint(0, 2),
      fields.payload,
    ),
  );
}
