import { hex } from "./bytes.js";
import type { Reader } from "./reader.js";

/** What a tunnel carries: a frame, or what this EtherType says. */
export type Inner = "ethernet" | number;

const VXLAN = 4789;
const GENEVE = 6081;
const GRE = 47;
/** EtherType of an Ethernet frame inside a tunnel (transparent Ethernet bridging). */
const FRAME = 0x6558;

const innerOf = (type: number): Inner => (type === FRAME ? "ethernet" : type);

/** Reads a VXLAN header (RFC 7348). */
function readVxlan(reader: Reader): Inner | undefined {
  if (reader.left < 8) return undefined;
  reader.number("vxlan.flags", 1);
  reader.at += 3;
  reader.number("vxlan.vni", 3);
  reader.at += 1;
  return "ethernet";
}

/** Reads a GENEVE header (RFC 8926). */
function readGeneve(reader: Reader): Inner | undefined {
  const options = (reader.peek(reader.at, 1) & 0x3f) * 4;
  if (reader.left < 8 + options) return undefined;
  reader.add("geneve.version", reader.peek(reader.at, 1) >> 6, reader.at, 1);
  reader.at += 1;
  reader.number("geneve.flags", 1);
  const type = reader.number("geneve.protocol", 2);
  reader.number("geneve.vni", 3);
  reader.at += 1;
  if (options > 0) reader.text("geneve.options", options, hex);
  return innerOf(type);
}

/** Reads a GRE header (RFC 2784, RFC 2890). */
function readGre(reader: Reader): Inner | undefined {
  const flags = reader.peek(reader.at, 2);
  const optional = [0x8000, 0x2000, 0x1000].filter((bit) => flags & bit).length * 4;
  if (reader.left < 4 + optional || (flags & 7) !== 0) return undefined;
  reader.number("gre.flags", 2);
  const type = reader.number("gre.protocol", 2);
  if (optional > 0) reader.text("gre.options", optional, hex);
  return innerOf(type);
}

/** Reads the header of a tunnel over UDP; undefined when that port is none, or the header is cut short. */
export function readUdpTunnel(reader: Reader, port: number): Inner | undefined {
  if (port === VXLAN) return readVxlan(reader);
  return port === GENEVE ? readGeneve(reader) : undefined;
}

/** Reads the header of a tunnel over IP; undefined when that protocol is none, or the header is cut short. */
export function readIpTunnel(reader: Reader, protocol: number): Inner | undefined {
  if (protocol === 4) return 0x0800;
  if (protocol === 41) return 0x86dd;
  return protocol === GRE ? readGre(reader) : undefined;
}
