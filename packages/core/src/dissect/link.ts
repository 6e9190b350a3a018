import { formatMac } from "./bytes.js";
import type { Reader } from "./reader.js";

const TAG_PROTOCOLS = [0x8100, 0x88a8, 0x9100];

/** Reads Ethernet header and VLAN tags; returns the EtherType of what follows, or undefined when cut short. */
export function readLink(reader: Reader): number | undefined {
  if (reader.left < 14) return undefined;
  reader.text("eth.dst", 6, formatMac);
  reader.text("eth.src", 6, formatMac);
  let type = reader.number("eth.type", 2);
  for (let tag = 1; TAG_PROTOCOLS.includes(type); tag++) {
    if (reader.left < 4) return undefined;
    const name = tag === 1 ? "vlan" : `vlan#${tag}`;
    const control = reader.peek(reader.at, 2);
    reader.add(`${name}.priority`, control >> 13, reader.at, 2);
    reader.add(`${name}.dropEligible`, (control & 0x1000) !== 0, reader.at, 2);
    reader.add(`${name}.id`, control & 0xfff, reader.at, 2);
    reader.at += 2;
    type = reader.number(`${name}.type`, 2);
  }
  return type;
}
