import { hex } from "./bytes.js";
import { readIcmp, readUdp } from "./datagram.js";
import { readIpv4, type Upper } from "./ipv4.js";
import { readIpv6 } from "./ipv6.js";
import { readLink } from "./link.js";
import { Reader, type ChecksumStatus, type Field, type Link } from "./reader.js";
import { readTcp } from "./tcp.js";
import { readIpTunnel, readUdpTunnel, type Inner } from "./tunnel.js";

/** A packet taken apart. */
export interface Dissection {
  /** In packet order; whatever no layer explains is the field "rest", bytes after the IP packet are "trailer". */
  readonly fields: readonly Field[];
  /** Status of the IPv4 header checksum ("none" elsewhere). */
  readonly ipChecksum: ChecksumStatus;
  /** Status of the TCP, UDP or ICMP checksum ("none" when there is none). */
  readonly upperChecksum: ChecksumStatus;
}

/** Tunnels within tunnels that are followed. */
const DEPTH = 4;

/** Reads the packet inside a tunnel; what it leaves is for the caller. */
function readInner(reader: Reader, inner: Inner, depth: number): boolean {
  if (depth >= DEPTH) return true;
  reader.prefix += "inner.";
  const type = inner === "ethernet" ? readLink(reader) : inner;
  return readNetwork(reader, type, depth + 1);
}

function readUpper(reader: Reader, ip: Upper, depth: number): boolean {
  if (ip.fragmentOffset > 0) return true;
  if (ip.protocol === 6) return readTcp(reader, ip);
  if (ip.protocol === 1 || ip.protocol === 58) return readIcmp(reader, ip);
  if (ip.protocol !== 17) {
    const inner = readIpTunnel(reader, ip.protocol);
    return inner === undefined || readInner(reader, inner, depth);
  }
  const port = reader.left >= 8 ? reader.peek(reader.at + 2, 2) : 0;
  if (!readUdp(reader, ip)) return false;
  const inner = readUdpTunnel(reader, port);
  return inner === undefined || readInner(reader, inner, depth);
}

function readNetwork(reader: Reader, type: number | undefined, depth = 0): boolean {
  const version = reader.peek(reader.at, 1) >> 4;
  const ip =
    type === 0x0800 && version === 4
      ? readIpv4(reader)
      : type === 0x86dd && version === 6
        ? readIpv6(reader)
        : undefined;
  return ip !== undefined && readUpper(reader, ip, depth);
}

/**
 * Takes a packet apart. Never throws: malformed and truncated packets end in a field "rest". Fields of a packet inside a tunnel
 * (VXLAN, GENEVE, GRE, IP in IP) begin with "inner."; the checksums that are told are those of the outer one.
 * @param link "ip" when the packet has no Ethernet header (default "ethernet")
 */
export function dissect(bytes: Uint8Array, link: Link = "ethernet"): Dissection {
  const reader = new Reader(bytes);
  const type = link === "ethernet" ? readLink(reader) : reader.peek(0, 1) >> 4 === 6 ? 0x86dd : 0x0800;
  const understood = readNetwork(reader, type);
  if (reader.left > 0) reader.text(understood ? "payload" : "rest", reader.left, hex);
  reader.end = bytes.length;
  reader.prefix = "";
  if (reader.left > 0) reader.text("trailer", reader.left, hex);
  const status = (pattern: RegExp): ChecksumStatus =>
    reader.fields.find((field) => pattern.test(field.path))?.checksum ?? "none";
  return {
    fields: reader.fields,
    ipChecksum: status(/^ip\.checksum$/),
    upperChecksum: status(/^(tcp|udp|icmp)\.checksum$/),
  };
}

/** The value of one field, or undefined when the packet has none. */
export function fieldOf(dissection: Dissection, path: string): Field["value"] | undefined {
  return dissection.fields.find((field) => field.path === path)?.value;
}
