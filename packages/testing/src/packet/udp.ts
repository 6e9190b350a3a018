import { concat, toBytes, uint, type Bytes } from "./bytes.js";
import { upperChecksum, type ChecksumMode } from "./checksum.js";
import { encodeIpPacket, pseudoHeaderOf, type IpPacketFields } from "./ip.js";
import { linkOf } from "./link.js";
import { Packet } from "./packet.js";

/** UDP header fields (RFC 768). */
export interface UdpFields extends IpPacketFields {
  /** Default 40000. */
  readonly sport?: number;
  /** Default 53. */
  readonly dport?: number;
  readonly length?: number;
  /** 0: no checksum. */
  readonly checksum?: ChecksumMode;
  readonly payload?: Bytes;
}

function encode(fields: UdpFields): Uint8Array {
  const payload = toBytes(fields.payload);
  const datagram = concat(
    uint(fields.sport ?? 40000, 2),
    uint(fields.dport ?? 53, 2),
    uint(fields.length ?? 8 + payload.length, 2),
    uint(0, 2),
    payload,
  );
  const mode = fields.checksum ?? "good";
  const value = upperChecksum(pseudoHeaderOf(fields.ip, 17, datagram.length), datagram, mode);
  // A computed 0 is sent as 0xffff, because 0 says "no checksum" (RFC 768).
  datagram.set(uint(value === 0 && mode === "good" ? 0xffff : value, 2), 6);
  return encodeIpPacket(fields, 17, datagram);
}

/** Builds a UDP datagram inside IP and Ethernet. */
export function udp(fields: UdpFields = {}): Packet<UdpFields> {
  return new Packet(encode, fields, linkOf(fields));
}
