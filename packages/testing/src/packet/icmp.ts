import { concat, toBytes, uint, type Bytes } from "./bytes.js";
import { upperChecksum, type ChecksumMode } from "./checksum.js";
import { encodeIpPacket, pseudoHeaderOf, type IpPacketFields } from "./ip.js";
import { linkOf } from "./link.js";
import { Packet } from "./packet.js";

/** ICMP and ICMPv6 message fields (RFC 792, RFC 4443). */
export interface IcmpFields extends IpPacketFields {
  /** Default: echo request (8, in ICMPv6 128). */
  readonly type?: number;
  /** Default 0. */
  readonly code?: number;
  /** The four bytes after the checksum (default: identifier 1, sequence number 1). */
  readonly rest?: Bytes;
  readonly checksum?: ChecksumMode;
  readonly payload?: Bytes;
}

function message(fields: IcmpFields, type: number, pseudo: (length: number) => Uint8Array): Uint8Array {
  const bytes = concat(
    uint(fields.type ?? type, 1),
    uint(fields.code ?? 0, 1),
    uint(0, 2),
    toBytes(fields.rest ?? [0, 1, 0, 1]),
    toBytes(fields.payload),
  );
  bytes.set(uint(upperChecksum(pseudo(bytes.length), bytes, fields.checksum ?? "good"), 2), 2);
  return bytes;
}

function encodeV4(fields: IcmpFields): Uint8Array {
  return encodeIpPacket(
    fields,
    1,
    message(fields, 8, () => new Uint8Array()),
  );
}

function encodeV6(fields: IcmpFields): Uint8Array {
  const ip = { version: 6, ...fields.ip } as const;
  return encodeIpPacket(
    { ...fields, ip },
    58,
    message(fields, 128, (length) => pseudoHeaderOf(ip, 58, length)),
  );
}

/** Builds an ICMP message inside IPv4 and Ethernet. */
export function icmp(fields: IcmpFields = {}): Packet<IcmpFields> {
  return new Packet(encodeV4, fields, linkOf(fields));
}

/** Builds an ICMPv6 message inside IPv6 and Ethernet. */
export function icmpv6(fields: IcmpFields = {}): Packet<IcmpFields> {
  return new Packet(encodeV6, fields, linkOf(fields));
}
