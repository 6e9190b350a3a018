import { internetChecksum } from "./checksum.js";
import { concat, readUint, uint } from "./bytes.js";
import { captured } from "./frame.js";
import { fragmentHeader } from "./ipv6.js";
import type { Packet } from "./packet.js";

/** Length of Ethernet header and tags in front of the IP header. */
function linkLength(bytes: Uint8Array, packet: Packet): number {
  if (packet.link === "ip") return 0;
  let at = 12;
  while ([0x8100, 0x88a8].includes(readUint(bytes, at, 2))) at += 4;
  return at + 2;
}

/**
 * Cuts an IP packet into fragments as a router (IPv4) or its sender (IPv6) does.
 * @param packet IPv6 packets must not carry extension headers
 * @param size bytes of IP payload in each fragment but the last, a multiple of 8
 * @returns at least one packet
 */
export function fragments(packet: Packet, size: number): Packet[] {
  if (size <= 0 || size % 8 !== 0)
    throw new RangeError(`cut fragments: size ${size} is not a positive multiple of 8`);
  const bytes = packet.bytes;
  const l3 = linkLength(bytes, packet);
  const version = readUint(bytes, l3, 1) >> 4;
  const headerLength = version === 4 ? (readUint(bytes, l3, 1) & 15) * 4 : 40;
  const payload = bytes.subarray(l3 + headerLength);
  const result: Packet[] = [];
  for (let offset = 0; offset < payload.length; offset += size) {
    const part = payload.subarray(offset, offset + size);
    const more = offset + size < payload.length;
    const link = bytes.subarray(0, l3);
    const header = Uint8Array.from(bytes.subarray(l3, l3 + headerLength));
    result.push(
      captured(
        concat(link, version === 4 ? v4(header, part, offset, more) : v6(header, part, offset, more)),
        packet.link,
      ),
    );
  }
  return result;
}

function v4(header: Uint8Array, part: Uint8Array, offset: number, more: boolean): Uint8Array {
  header.set(uint(header.length + part.length, 2), 2);
  header.set(uint((more ? 0x2000 : 0) | (offset / 8), 2), 6);
  header.set([0, 0], 10);
  header.set(uint(internetChecksum(header), 2), 10);
  return concat(header, part);
}

function v6(header: Uint8Array, part: Uint8Array, offset: number, more: boolean): Uint8Array {
  const extension = fragmentHeader({ offset, more }).encode(header[6] ?? 0);
  header.set(uint(extension.length + part.length, 2), 4);
  header[6] = 44;
  return concat(header, extension, part);
}
