import { parseAddress, parseMac } from "./address.js";
import { concat, toBytes, uint, type Bytes } from "./bytes.js";
import { encodeLink, ETH_ARP, linkOf, type LinkFields } from "./link.js";
import { Packet, type Link } from "./packet.js";

/** A frame of any EtherType. */
export interface FrameFields extends LinkFields {
  /** EtherType (default 0x88b5, for local experiments). */
  readonly type?: number;
  readonly payload?: Bytes;
}

/** Builds an Ethernet frame around payload bytes. */
export function frame(fields: FrameFields = {}): Packet<FrameFields> {
  return new Packet((f) => encodeLink(f, f.type ?? 0x88b5, toBytes(f.payload)), fields, linkOf(fields));
}

/** ARP for IPv4 over Ethernet (RFC 826). */
export interface ArpFields extends LinkFields {
  /** 1 request (default), 2 reply. */
  readonly operation?: number;
  readonly senderMac?: string;
  readonly senderIp?: string;
  readonly targetMac?: string;
  readonly targetIp?: string;
}

function encodeArp(fields: ArpFields): Uint8Array {
  const body = concat(
    Uint8Array.of(0, 1, 8, 0, 6, 4),
    uint(fields.operation ?? 1, 2),
    parseMac(fields.senderMac ?? "02:00:00:00:00:01"),
    parseAddress(fields.senderIp ?? "10.0.0.1"),
    parseMac(fields.targetMac ?? "00:00:00:00:00:00"),
    parseAddress(fields.targetIp ?? "10.0.0.2"),
  );
  return encodeLink(fields, ETH_ARP, body);
}

/** Builds an ARP request or reply. */
export function arp(fields: ArpFields = {}): Packet<ArpFields> {
  return new Packet(encodeArp, fields, "ethernet");
}

/** A packet of exactly these bytes, for example one captured from a real kernel. */
export function captured(bytes: Uint8Array, link: Link = "ethernet"): Packet<{ bytes: Uint8Array }> {
  return new Packet<{ bytes: Uint8Array }>(
    (description) => Uint8Array.from(description.bytes),
    { bytes: Uint8Array.from(bytes) },
    link,
  );
}
