import { dissect, fieldOf } from "../dissect/index.js";
import { destinationOptions, hopByHop, routing, type Packet, type TcpFields } from "../packet/index.js";

/** A packet whose checksums are right, or partial, and must be so afterwards. */
export interface WellFormedCase {
  readonly name: string;
  readonly packet: Packet;
}

/**
 * A packet whose good checksum equals, by chance, the folded sum of its pseudo-header, so that it looks
 * partial. With payload word 0 and checksum C the word is ~P + C, where P is the pseudo-header's sum.
 */
export function looksPartial(base: Packet<TcpFields>): Packet<TcpFields> {
  const zero = base.with({ payload: Uint8Array.of(0, 0), checksum: "good" });
  const checksumOf = (packet: Packet): number => Number(fieldOf(dissect(packet.bytes), "tcp.checksum"));
  const sum = (~checksumOf(zero.with({ checksum: "partial" })) & 0xffff) + checksumOf(zero);
  const word = (sum & 0xffff) + (sum >> 16);
  return zero.with({ payload: Uint8Array.of(word >> 8, word & 0xff) });
}

/** The base packet in every surrounding that a module meets. */
export function wellFormed(base: Packet<TcpFields>): WellFormedCase[] {
  const v6 = { version: 6, src: "fd00::1", dst: "fd00::2" } as const;
  return [
    { name: "IPv4", packet: base },
    { name: "IPv4 with options", packet: base.with({ ip: { options: [1, 1, 1, 0] } }) },
    { name: "IPv6", packet: base.with({ ip: v6 }) },
    {
      name: "IPv6 with extension headers",
      packet: base.with({ ip: { ...v6, extensions: [hopByHop(), destinationOptions()] } }),
    },
    { name: "IPv6 with a routing header", packet: base.with({ ip: { ...v6, extensions: [routing()] } }) },
    { name: "VLAN", packet: base.with({ vlan: [100] }) },
    { name: "QinQ", packet: base.with({ vlan: [100, 200] }) },
    { name: "QinQ and IPv6", packet: base.with({ vlan: [100, 200], ip: v6 }) },
    { name: "Ethernet padding", packet: base.with({ options: [], payload: "" }).pad(60) },
    { name: "an odd number of payload bytes", packet: base.with({ payload: "odd" }) },
    { name: "a full segment", packet: base.with({ payload: new Uint8Array(1400).fill(0xa5) }) },
  ];
}
