import { concat, uint } from "./bytes.js";
import { ip } from "./ip.js";
import type { Packet } from "./packet.js";
import { udp } from "./udp.js";

/** The EtherType for what is inside: a frame, or an IP packet of a layer 3 device. */
function innerType(inner: Packet): number {
  if (inner.link === "ethernet") return 0x6558;
  return (inner.bytes[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
}

/** Puts a frame into VXLAN (RFC 7348). @param vni 24 bits */
export function vxlan(inner: Packet, vni: number): Packet {
  const header = concat(uint(0x08000000, 4), uint(vni, 3), uint(0, 1));
  return udp({ dport: 4789, checksum: 0, payload: concat(header, inner.bytes) });
}

/** Puts a packet into GENEVE (RFC 8926). @param options bytes, a multiple of 4 */
export function geneve(inner: Packet, vni: number, options: readonly number[] = []): Packet {
  const head = concat(uint(options.length / 4, 1), uint(0, 1), uint(innerType(inner), 2), uint(vni, 3));
  return udp({
    dport: 6081,
    checksum: 0,
    payload: concat(head, uint(0, 1), Uint8Array.from(options), inner.bytes),
  });
}

/** Puts a packet into GRE (RFC 2784). */
export function gre(inner: Packet): Packet {
  return ip({ protocol: 47, payload: concat(uint(0, 2), uint(innerType(inner), 2), inner.bytes) });
}
