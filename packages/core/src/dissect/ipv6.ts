import { formatAddress } from "../params/address.js";
import { hex } from "./bytes.js";
import type { Upper } from "./ipv4.js";
import type { Reader } from "./reader.js";

const EXTENSIONS: Readonly<Record<number, string>> = { 0: "hopByHop", 43: "routing", 60: "destination" };
const FRAGMENT = 44;

/** Reads an IPv6 header and its extension headers (RFC 8200); returns undefined when cut short. */
export function readIpv6(reader: Reader): Upper | undefined {
  const start = reader.at;
  if (reader.left < 40) return undefined;
  reader.add("ip.version", reader.peek(start, 1) >> 4, start, 1);
  reader.add("ip.trafficClass", (reader.peek(start, 2) >> 4) & 0xff, start, 2);
  reader.add("ip.flowLabel", reader.peek(start + 1, 3) & 0xfffff, start + 1, 3);
  reader.at += 4;
  const length = reader.number("ip.length", 2);
  let next = reader.number("ip.nextHeader", 1);
  reader.number("ip.hopLimit", 1);
  reader.text("ip.src", 16, formatAddress);
  reader.text("ip.dst", 16, formatAddress);
  let whole = reader.at + length <= reader.end;
  reader.end = Math.min(reader.end, reader.at + length);
  let fragmentOffset = 0;
  while (fragmentOffset === 0 && (next === FRAGMENT || EXTENSIONS[next] !== undefined)) {
    const name = EXTENSIONS[next];
    const size = name === undefined ? 8 : (reader.peek(reader.at + 1, 1) + 1) * 8;
    if (reader.left < size) return undefined;
    if (name !== undefined) {
      next = reader.number(`ip.${name}.nextHeader`, 1);
      reader.at += 1;
      reader.text(`ip.${name}.data`, size - 2, hex);
      continue;
    }
    next = reader.number("ip.fragment.nextHeader", 1);
    const fragment = reader.peek(reader.at + 1, 2);
    reader.add("ip.fragment.offset", fragment & 0xfff8, reader.at + 1, 2);
    reader.add("ip.fragment.more", (fragment & 1) !== 0, reader.at + 1, 2);
    reader.at += 3;
    reader.number("ip.fragment.id", 4);
    fragmentOffset = fragment & 0xfff8;
    if ((fragment & 0xfff9) !== 0) whole = false;
  }
  const src = reader.bytes.subarray(start + 8, start + 24);
  return { protocol: next, src, dst: reader.bytes.subarray(start + 24, start + 40), whole, fragmentOffset };
}
