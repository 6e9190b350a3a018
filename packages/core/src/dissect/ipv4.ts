import { formatAddress } from "../params/address.js";
import { hex } from "./bytes.js";
import { plainStatus, type IpContext } from "./checksums.js";
import type { Reader } from "./reader.js";

/** What an IP header hands on to the upper layer. */
export interface Upper extends IpContext {
  readonly protocol: number;
  /** Bytes of the upper layer's data before this fragment. */
  readonly fragmentOffset: number;
}

/** Reads an IPv4 header (RFC 791); returns undefined when it is cut short or contradicts itself. */
export function readIpv4(reader: Reader): Upper | undefined {
  const start = reader.at;
  const headerLength = (reader.peek(start, 1) & 15) * 4;
  if (reader.left < 20 || headerLength < 20 || reader.left < headerLength) return undefined;
  reader.add("ip.version", reader.peek(start, 1) >> 4, start, 1);
  reader.add("ip.ihl", headerLength / 4, start, 1);
  reader.at += 1;
  reader.number("ip.tos", 1);
  const total = reader.number("ip.length", 2);
  reader.number("ip.id", 2);
  const fragment = reader.peek(reader.at, 2);
  reader.add("ip.df", (fragment & 0x4000) !== 0, reader.at, 2);
  reader.add("ip.mf", (fragment & 0x2000) !== 0, reader.at, 2);
  reader.add("ip.offset", (fragment & 0x1fff) * 8, reader.at, 2);
  reader.at += 2;
  reader.number("ip.ttl", 1);
  const protocol = reader.number("ip.protocol", 1);
  const status = plainStatus(reader.bytes.subarray(start, start + headerLength));
  reader.add("ip.checksum", reader.peek(reader.at, 2), reader.at, 2, status);
  reader.at += 2;
  reader.text("ip.src", 4, formatAddress);
  reader.text("ip.dst", 4, formatAddress);
  if (headerLength > 20) reader.text("ip.options", headerLength - 20, hex);
  const cut = start + total > reader.end;
  if (total >= headerLength) reader.end = Math.min(reader.end, start + total);
  return {
    protocol,
    src: reader.bytes.subarray(start + 12, start + 16),
    dst: reader.bytes.subarray(start + 16, start + 20),
    whole: !cut && total >= headerLength && (fragment & 0x3fff) === 0,
    fragmentOffset: (fragment & 0x1fff) * 8,
  };
}
