import { parseAddress } from "./address.js";
import { concat, toBytes, uint, type Bytes } from "./bytes.js";
import type { TcpOption } from "./tcp-options.js";

/** Encodes an MPTCP option (kind 30): the subtype is the high nibble of byte 2, `low` the other one. */
function option(name: string, subtype: number, low: number, ...rest: readonly Uint8Array[]): TcpOption {
  const body = concat(...rest);
  return { name, bytes: concat(Uint8Array.of(30, 3 + body.length, (subtype << 4) | (low & 15)), body) };
}

function exactly(bytes: Bytes, length: number, what: string): Uint8Array {
  const given = toBytes(bytes);
  if (given.length !== length)
    throw new RangeError(`encode ${what}: expected ${length} bytes, got ${given.length}`);
  return given;
}

export interface MpCapableFields {
  /** 0: RFC 6824, 1: RFC 8684 (default). */
  readonly version?: 0 | 1;
  /** Flag A. */
  readonly checksumRequired?: boolean;
  /** Flag C, version 1: do not open subflows to this address and port. */
  readonly denyJoin?: boolean;
  /** The whole flags octet; by default A and C as said above, and H. */
  readonly flags?: number;
  /** Absent on the SYN of version 1. */
  readonly senderKey?: bigint;
  readonly receiverKey?: bigint;
  /** Data-level length, on the first data segment of version 1. */
  readonly dataLength?: number;
  /** DSS checksum behind the data-level length. */
  readonly checksum?: number;
}

/** MP_CAPABLE (RFC 8684 section 3.1, RFC 6824 section 3.1): 4, 12, 20, 22 or 24 bytes by the fields given. */
export function mpCapable(fields: MpCapableFields = {}): TcpOption {
  const flags = fields.flags ?? (fields.checksumRequired ? 0x80 : 0) | (fields.denyJoin ? 0x20 : 0) | 0x01;
  const rest = [uint(flags, 1)];
  if (fields.senderKey !== undefined) rest.push(uint(fields.senderKey, 8));
  if (fields.receiverKey !== undefined) rest.push(uint(fields.receiverKey, 8));
  if (fields.dataLength !== undefined) rest.push(uint(fields.dataLength, 2));
  if (fields.checksum !== undefined) rest.push(uint(fields.checksum, 2));
  return option("mpCapable", 0, fields.version ?? 1, ...rest);
}

/** MP_JOIN on a SYN, 12 bytes (RFC 8684 figure 6). @param fields `token` is the receiver's */
export function mpJoinSyn(fields: {
  token: number;
  nonce?: number;
  addressId?: number;
  backup?: boolean;
}): TcpOption {
  return option(
    "mpJoinSyn",
    1,
    fields.backup ? 1 : 0,
    uint(fields.addressId ?? 0, 1),
    uint(fields.token, 4),
    uint(fields.nonce ?? 0, 4),
  );
}

/** MP_JOIN on a SYN/ACK, 16 bytes (RFC 8684 figure 7). @param fields `hmac` is the sender's, its leftmost 8 bytes */
export function mpJoinSynAck(fields: {
  hmac: Bytes;
  nonce?: number;
  addressId?: number;
  backup?: boolean;
}): TcpOption {
  const hmac = exactly(fields.hmac, 8, "truncated HMAC");
  return option(
    "mpJoinSynAck",
    1,
    fields.backup ? 1 : 0,
    uint(fields.addressId ?? 0, 1),
    hmac,
    uint(fields.nonce ?? 0, 4),
  );
}

/** MP_JOIN on the third ACK, 24 bytes (RFC 8684 figure 8). @param fields `hmac` is the sender's, its leftmost 20 bytes */
export function mpJoinAck(fields: { hmac: Bytes }): TcpOption {
  return option("mpJoinAck", 1, 0, uint(0, 1), exactly(fields.hmac, 20, "HMAC"));
}

export interface DssFields {
  /** Data ACK. */
  readonly ack?: number | bigint;
  /** Width of the data ACK in bytes (default 8; flag a). */
  readonly ackSize?: 4 | 8;
  /** Data sequence number; with it `subflowSeq` and `dataLength` (default 0) are written. */
  readonly dsn?: number | bigint;
  /** Width of the data sequence number in bytes (default 8; flag m). */
  readonly dsnSize?: 4 | 8;
  /** Subflow sequence number, relative. */
  readonly subflowSeq?: number;
  /** Data-level length in bytes; DATA_FIN counts as one. */
  readonly dataLength?: number;
  readonly checksum?: number;
  /** Flag F: DATA_FIN. */
  readonly fin?: boolean;
}

/** DSS (RFC 8684 section 3.3, figure 9), 4 to 28 bytes by the fields given. */
export function dss(fields: DssFields = {}): TcpOption {
  const { ack, ackSize = 8, dsn, dsnSize = 8 } = fields;
  let flags = fields.fin ? 0x10 : 0;
  const rest: Uint8Array[] = [];
  if (ack !== undefined) {
    flags |= 0x01 | (ackSize === 8 ? 0x02 : 0);
    rest.push(uint(ack, ackSize));
  }
  if (dsn !== undefined) {
    flags |= 0x04 | (dsnSize === 8 ? 0x08 : 0);
    rest.push(uint(dsn, dsnSize), uint(fields.subflowSeq ?? 0, 4), uint(fields.dataLength ?? 0, 2));
    if (fields.checksum !== undefined) rest.push(uint(fields.checksum, 2));
  }
  return option("dss", 2, 0, uint(flags, 1), ...rest);
}

export interface AddAddrFields {
  readonly version?: 0 | 1;
  readonly address: string;
  readonly addressId?: number;
  readonly port?: number;
  /** Flag E, version 1: this option echoes one that was received; an echo carries no HMAC. */
  readonly echo?: boolean;
  /** Rightmost 8 bytes; version 1 without echo needs it. */
  readonly hmac?: Bytes;
}

/** ADD_ADDR (RFC 8684 figure 12; RFC 6824 figure 12, where the low nibble is the IP version). */
export function addAddr(fields: AddAddrFields): TcpOption {
  const address = parseAddress(fields.address);
  const rest = [uint(fields.addressId ?? 1, 1), address];
  if (fields.port !== undefined) rest.push(uint(fields.port, 2));
  if (fields.version === 0) return option("addAddr", 3, address.length === 4 ? 4 : 6, ...rest);
  if (!fields.echo) rest.push(exactly(fields.hmac ?? new Uint8Array(8), 8, "truncated HMAC"));
  return option("addAddr", 3, fields.echo ? 1 : 0, ...rest);
}

/** REMOVE_ADDR (RFC 8684 figure 13), 3 bytes and one for each address ID. */
export function removeAddr(...addressIds: readonly number[]): TcpOption {
  return option("removeAddr", 4, 0, Uint8Array.from(addressIds));
}

/** MP_PRIO (RFC 8684 figure 11), 3 bytes; RFC 6824 may add an address ID. */
export function mpPrio(fields: { backup: boolean; addressId?: number }): TcpOption {
  return option(
    "mpPrio",
    5,
    fields.backup ? 1 : 0,
    fields.addressId === undefined ? new Uint8Array() : uint(fields.addressId, 1),
  );
}

/** MP_FAIL (RFC 8684 figure 17), 12 bytes. @param dsn data sequence number where the checksum failed, 64 bits */
export function mpFail(dsn: bigint): TcpOption {
  return option("mpFail", 6, 0, uint(0, 1), uint(dsn, 8));
}

/** MP_FASTCLOSE (RFC 8684 figure 14), 12 bytes. @param receiverKey key of the option's receiver */
export function mpFastclose(receiverKey: bigint): TcpOption {
  return option("mpFastclose", 7, 0, uint(0, 1), uint(receiverKey, 8));
}

/** MP_TCPRST (RFC 8684 figure 15), 4 bytes. @param fields `flags` are the bits U, V and W (8, 4, 2) */
export function mpTcprst(fields: { reason?: number; transient?: boolean; flags?: number } = {}): TcpOption {
  return option("mpTcprst", 8, (fields.flags ?? 0) | (fields.transient ? 1 : 0), uint(fields.reason ?? 0, 1));
}
