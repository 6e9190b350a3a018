import { familyOf, parseAddress } from "./address.js";
import { toBytes, type Bytes } from "./bytes.js";
import { pseudoHeader } from "./checksum.js";
import { encodeIpv4, type Ipv4Fields } from "./ipv4.js";
import { encodeIpv6, type Ipv6Fields } from "./ipv6.js";
import { encodeLink, ETH_IPV4, ETH_IPV6, linkOf, type LinkFields } from "./link.js";
import { Packet } from "./packet.js";

/** Fields of either IP version; `version` decides, else the family of `src` or `dst`, else 4. */
export type IpFields = { readonly version?: 4 | 6 } & Ipv4Fields & Ipv6Fields;

/** What every builder above IP accepts. */
export interface IpPacketFields extends LinkFields {
  readonly ip?: IpFields;
}

/** The IP version that the fields ask for. */
export function versionOf(ip: IpFields = {}): 4 | 6 {
  const address = ip.src ?? ip.dst;
  return ip.version ?? (address === undefined ? 4 : familyOf(address));
}

/** The pseudo-header for an upper layer of `length` bytes. */
export function pseudoHeaderOf(ip: IpFields = {}, protocol: number, length: number): Uint8Array {
  const [src, dst] = versionOf(ip) === 4 ? ["10.0.0.1", "10.0.0.2"] : ["fd00::1", "fd00::2"];
  return pseudoHeader(parseAddress(ip.src ?? src), parseAddress(ip.dst ?? dst), protocol, length);
}

/** Wraps an upper layer into IP and link headers. */
export function encodeIpPacket(fields: IpPacketFields, protocol: number, upper: Uint8Array): Uint8Array {
  const ip = fields.ip ?? {};
  return versionOf(ip) === 4
    ? encodeLink(fields, ETH_IPV4, encodeIpv4(ip, protocol, upper))
    : encodeLink(fields, ETH_IPV6, encodeIpv6(ip, protocol, upper));
}

export interface RawIpFields extends IpPacketFields {
  /** Number of the upper-layer protocol (default 253, for experiments). */
  readonly protocol?: number;
  readonly payload?: Bytes;
}

function encode(fields: RawIpFields): Uint8Array {
  return encodeIpPacket(fields, fields.protocol ?? 253, toBytes(fields.payload));
}

/** Builds an IP packet around payload bytes of any protocol. */
export function ip(fields: RawIpFields = {}): Packet<RawIpFields> {
  return new Packet(encode, fields, linkOf(fields));
}
