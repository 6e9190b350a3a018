import type { Hook } from "@emptcp/core";
import { dissect } from "../dissect/index.js";
import {
  arp,
  fragments,
  frame,
  icmp,
  icmpv6,
  ip,
  mptcp,
  opt,
  tcp,
  udp,
  type Packet,
  type TcpFields,
} from "../packet/index.js";
import { untestable } from "../run/limits.js";

/** Traffic that an actor leaves as it is unless it says otherwise. */
export type Traffic = "udp" | "icmp" | "arp" | "other" | "fragments" | "malformed";

/** A packet that a module must survive. */
export interface HostileCase {
  readonly name: string;
  readonly packet: Packet;
  /** What it is an example of, when an actor has no business changing it. */
  readonly traffic?: Traffic;
}

/**
 * Packets that end within their headers or their data, at every length that a test run takes; with a VLAN tag
 * as well, because a test run on TC takes untagged IP packets only with their whole IP header.
 */
export function truncated(hook: Hook, base: Packet<TcpFields>): HostileCase[] {
  return [...cut("", base), ...cut("tagged and ", base.with({ vlan: [7] }))].filter(
    ({ packet }) => untestable(hook, packet) === undefined,
  );
}

function cut(prefix: string, whole: Packet<TcpFields>): HostileCase[] {
  const tcpHeader =
    dissect(whole.bytes).fields.find((field) => field.path === "tcp.sport")?.offset ?? whole.length;
  return Array.from({ length: whole.length }, (_, length) => ({
    name: `${prefix}cut to ${length} bytes`,
    packet: whole.truncate(length),
    ...(length < tcpHeader + 20 && { traffic: "malformed" as const }),
  }));
}

function withOptions(base: Packet<TcpFields>, ...bytes: number[]): Packet {
  return base.with({ options: [opt.bytes(bytes)], payload: "" });
}

const prioBytes = [...mptcp.prio({ backup: true }).bytes];

/** TCP headers that lie about themselves or tempt a careless parser. */
export function malformedTcp(base: Packet<TcpFields>): HostileCase[] {
  const cases: HostileCase[] = [0, 1, 2, 3, 4].map((dataOffset) => ({
    name: `data offset ${dataOffset}`,
    packet: base.with({ dataOffset }),
    traffic: "malformed",
  }));
  for (const kind of [2, 8, 30, 254]) {
    for (const length of [0, 1]) {
      cases.push({
        name: `option ${kind} of length ${length}`,
        packet: withOptions(base, kind, length, 0x50, 1, ...prioBytes, 1),
      });
    }
    cases.push({ name: `option ${kind} beyond the header`, packet: withOptions(base, 1, 1, kind, 40) });
    cases.push({
      name: `option ${kind} without room for its length`,
      packet: withOptions(base, 1, 1, 1, kind),
    });
  }
  const fill = (count: number): number[] => Array<number>(count).fill(1);
  return [
    ...cases,
    {
      name: "data offset beyond the packet",
      packet: base.with({ dataOffset: 15, options: [], payload: "" }),
    },
    { name: "EOL followed by garbage", packet: withOptions(base, 0, 30, 3, 0x51, 0xff, 0xff, 0xff, 0xff) },
    { name: "EOL followed by an option", packet: withOptions(base, 1, 1, 1, 0, ...prioBytes, 1) },
    { name: "40 bytes of NOP", packet: withOptions(base, ...fill(40)) },
    { name: "40 bytes of options ending in NOP", packet: withOptions(base, 254, 38, ...fill(38)) },
    {
      name: "40 bytes of options, the last one cut off",
      packet: withOptions(base, 254, 38, ...fill(36), 30, 12),
    },
    {
      name: "payload like an MPTCP option on plain TCP",
      packet: base.with({
        options: [],
        payload: Uint8Array.of(...mptcp.capable({ senderKey: 1n, receiverKey: 2n }).bytes, 1, 1),
      }),
    },
    {
      name: "payload like a TLS record on plain TCP",
      packet: base.with({ options: [], payload: Uint8Array.of(0x17, 3, 3, 0, 40, ...fill(40)) }),
    },
    { name: "pure ACK without options", packet: base.with({ options: [], payload: "" }) },
    {
      name: "pure ACK with nothing after its options",
      packet: base.with({ options: [opt.timestamps(1, 2), mptcp.dss({ ack: 1n })], payload: "" }),
    },
    {
      name: "pure ACK whose options end in NOPs",
      packet: base.with({ options: [opt.timestamps(1, 2), opt.nop, opt.nop], payload: "" }),
    },
  ];
}

/** IP headers that lie about themselves, and fragments. */
export function oddIp(base: Packet<TcpFields>): HostileCase[] {
  const big = base.with({ payload: new Uint8Array(256).fill(0x55) });
  const v6 = base.with({
    ip: { version: 6, src: "fd00::1", dst: "fd00::2" },
    payload: new Uint8Array(256).fill(0x55),
  });
  const later = (packet: Packet, family: string): HostileCase[] =>
    fragments(packet, 128).map((part, i) => ({
      name: `${family} fragment ${i + 1}`,
      packet: part,
      ...(i > 0 && { traffic: "fragments" as const }),
    }));
  return [
    { name: "IPv4 header length 4", packet: base.with({ ip: { ihl: 4 } }), traffic: "malformed" },
    {
      name: "IPv4 header length beyond the packet",
      packet: base.with({ ip: { ihl: 15 }, options: [], payload: "" }),
      traffic: "malformed",
    },
    { name: "IPv4 total length 0", packet: base.with({ ip: { length: 0 } }) },
    { name: "IPv4 total length shorter than the headers", packet: base.with({ ip: { length: 30 } }) },
    { name: "IPv4 total length beyond the packet", packet: base.with({ ip: { length: 9000 } }) },
    {
      name: "version 5 in an IPv4 frame",
      packet: base.with({ ip: { versionNibble: 5 } }),
      traffic: "malformed",
    },
    {
      name: "version 4 in an IPv6 frame",
      packet: v6.with({ ip: { versionNibble: 4 } }),
      traffic: "malformed",
    },
    ...later(big, "IPv4"),
    ...later(v6, "IPv6"),
  ];
}

/**
 * SYNs with MP_CAPABLE. After two lost ones Linux switches MPTCP off for the whole namespace for an hour, so no
 * actor may drop them.
 */
export function mpCapableSyns(): HostileCase[] {
  const key = 0x1122334455667788n;
  const common = [opt.mss(1460), opt.sackPermitted(), opt.timestamps(1, 0), opt.nop, opt.wscale(10)];
  const syn = (options: TcpFields["options"]): Packet<TcpFields> =>
    tcp({ flags: ["syn"], ...(options && { options }) });
  const v1 = syn([...common, mptcp.capable()]);
  return [
    { name: "a SYN with MP_CAPABLE", packet: v1 },
    { name: "a SYN with MP_CAPABLE as its first option", packet: syn([mptcp.capable(), ...common]) },
    {
      name: "a SYN with MP_CAPABLE of version 0",
      packet: syn([opt.mss(1460), mptcp.capable({ version: 0, senderKey: key })]),
    },
    {
      name: "a SYN with MP_CAPABLE over IPv6",
      packet: v1.with({ ip: { version: 6, src: "fd00::1", dst: "fd00::2" } }),
    },
    { name: "a SYN with MP_CAPABLE behind a VLAN tag", packet: v1.with({ vlan: [7] }) },
    {
      name: "a SYN/ACK with MP_CAPABLE",
      packet: v1.with({ flags: ["syn", "ack"], options: [mptcp.capable({ senderKey: key })] }),
    },
  ];
}

/** Packets that are no TCP at all. */
export function otherTraffic(): HostileCase[] {
  const query = { payload: "not for you, not for you, not for you" };
  return [
    { name: "UDP", packet: udp(query), traffic: "udp" },
    { name: "UDP over IPv6", packet: udp({ ip: { version: 6 }, ...query }), traffic: "udp" },
    { name: "ICMP", packet: icmp(query), traffic: "icmp" },
    { name: "ICMPv6", packet: icmpv6(query), traffic: "icmp" },
    { name: "ARP", packet: arp().pad(), traffic: "arp" },
    { name: "IP protocol 253", packet: ip(query), traffic: "other" },
    { name: "an unknown EtherType", packet: frame(query), traffic: "other" },
    { name: "an empty frame", packet: frame(), traffic: "other" },
    { name: "a VLAN tag and nothing else", packet: tcp({ vlan: [1] }).truncate(18), traffic: "malformed" },
  ];
}
