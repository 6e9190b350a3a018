import {
  arp,
  destinationOptions,
  fragmentHeader,
  fragments,
  hopByHop,
  icmp,
  icmpv6,
  ip,
  mptcp,
  opt,
  routing,
  tcp,
  udp,
  type Packet,
  type TcpOption,
} from "../src/packet/index.js";

const key = 0x0123456789abcdefn;
const peerKey = 0xfedcba9876543210n;

/** One TCP option list for each MPTCP option and form, with the flags of the segment that carries it. */
const optionSets: Record<
  string,
  readonly [flags: readonly ("syn" | "ack" | "rst")[], options: readonly TcpOption[]]
> = {
  "SYN options of Linux": [
    ["syn"],
    [opt.mss(1460), opt.sackPermitted(), opt.timestamps(100, 0), opt.nop, opt.wscale(10)],
  ],
  SACK: [["ack"], [opt.nop, opt.nop, opt.sack([1000, 2000], [3000, 4000])]],
  "unknown option": [["ack"], [opt.raw(254, [1, 2, 3, 4])]],
  "MP_CAPABLE SYN": [["syn"], [mptcp.capable()]],
  "MP_CAPABLE SYN that forbids joins": [["syn"], [mptcp.capable({ denyJoin: true, checksumRequired: true })]],
  "MP_CAPABLE SYN/ACK": [["syn", "ack"], [mptcp.capable({ senderKey: key })]],
  "MP_CAPABLE ACK": [["ack"], [mptcp.capable({ senderKey: key, receiverKey: peerKey })]],
  "MP_CAPABLE with data": [
    ["ack"],
    [mptcp.capable({ senderKey: key, receiverKey: peerKey, dataLength: 100 })],
  ],
  "MP_CAPABLE with data and checksum": [
    ["ack"],
    [mptcp.capable({ senderKey: key, receiverKey: peerKey, dataLength: 100, checksum: 0xbeef })],
  ],
  "MP_CAPABLE v0 SYN": [["syn"], [mptcp.capable({ version: 0, senderKey: key })]],
  "MP_JOIN SYN": [
    ["syn"],
    [mptcp.joinSyn({ token: mptcp.token(peerKey), nonce: 0xcafebabe, addressId: 3, backup: true })],
  ],
  "MP_JOIN SYN/ACK": [
    ["syn", "ack"],
    [mptcp.joinSynAck({ hmac: [1, 2, 3, 4, 5, 6, 7, 8], nonce: 9, addressId: 4 })],
  ],
  "MP_JOIN ACK": [["ack"], [mptcp.joinAck({ hmac: Uint8Array.from({ length: 20 }, (_, i) => i) })]],
  "DSS with a 4-byte ACK": [["ack"], [mptcp.dss({ ack: 0x11223344, ackSize: 4 })]],
  "DSS with an 8-byte ACK": [["ack"], [mptcp.dss({ ack: 0x1122334455667788n })]],
  "DSS with a mapping": [
    ["ack"],
    [mptcp.dss({ ack: 5, dsn: 0x99aabbccddeeff00n, subflowSeq: 1, dataLength: 1400 })],
  ],
  "DSS with a mapping and checksum": [
    ["ack"],
    [opt.timestamps(7, 8), mptcp.dss({ ack: 5n, dsn: 6n, subflowSeq: 1, dataLength: 3, checksum: 0xabcd })],
  ],
  "DSS with 4-byte numbers and DATA_FIN": [
    ["ack"],
    [mptcp.dss({ ack: 5, ackSize: 4, dsn: 6, dsnSize: 4, subflowSeq: 0, dataLength: 1, fin: true })],
  ],
  ADD_ADDR: [["ack"], [mptcp.addAddr({ address: "10.1.2.3", addressId: 5, hmac: [8, 7, 6, 5, 4, 3, 2, 1] })]],
  "ADD_ADDR with port": [
    ["ack"],
    [mptcp.addAddr({ address: "10.1.2.3", addressId: 5, port: 8080, hmac: [8, 7, 6, 5, 4, 3, 2, 1] })],
  ],
  "ADD_ADDR of IPv6": [
    ["ack"],
    [mptcp.addAddr({ address: "2001:db8::7", addressId: 6, hmac: [1, 1, 1, 1, 1, 1, 1, 1] })],
  ],
  "ADD_ADDR of IPv6 with port": [
    ["ack"],
    [mptcp.addAddr({ address: "2001:db8::7", addressId: 6, port: 443, hmac: [1, 1, 1, 1, 1, 1, 1, 1] })],
  ],
  "ADD_ADDR echo": [["ack"], [mptcp.addAddr({ address: "10.1.2.3", addressId: 5, echo: true })]],
  "ADD_ADDR echo with port": [
    ["ack"],
    [mptcp.addAddr({ address: "10.1.2.3", addressId: 5, echo: true, port: 80 })],
  ],
  "ADD_ADDR echo of IPv6": [["ack"], [mptcp.addAddr({ address: "2001:db8::7", addressId: 6, echo: true })]],
  "ADD_ADDR v0": [["ack"], [mptcp.addAddr({ version: 0, address: "10.1.2.3", addressId: 5 })]],
  "ADD_ADDR v0 of IPv6 with port": [
    ["ack"],
    [mptcp.addAddr({ version: 0, address: "2001:db8::7", addressId: 5, port: 99 })],
  ],
  REMOVE_ADDR: [["ack"], [mptcp.removeAddr(4)]],
  "REMOVE_ADDR of three": [["ack"], [mptcp.removeAddr(4, 5, 6)]],
  MP_PRIO: [["ack"], [mptcp.dss({ ack: 1 }), mptcp.prio({ backup: true })]],
  "MP_PRIO v0 with address ID": [["ack"], [mptcp.prio({ backup: false, addressId: 2 })]],
  MP_FAIL: [["ack"], [mptcp.fail(0x1122334455667788n)]],
  MP_FASTCLOSE: [["rst"], [mptcp.fastclose(peerKey)]],
  MP_TCPRST: [["rst"], [mptcp.tcprst({ reason: 3, transient: true })]],
};

/** Packets that the dissector and tshark must read alike. */
export const samples: Record<string, Packet> = {
  "plain TCP": tcp({ payload: "hello", window: 1234, seq: 0xfffffff0, ack: 77 }),
  "TCP with every flag": tcp({
    flags: ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ae"],
    urgent: 3,
  }),
  "TCP with a bad checksum": tcp({ checksum: "bad", payload: "odd" }),
  "TCP with a partial checksum": tcp({ checksum: "partial", payload: "abcd" }),
  "TCP over IPv6": tcp({
    ip: { src: "2001:db8::1", dst: "2001:db8:0:1::2", trafficClass: 0x2e, flowLabel: 0x12345, hopLimit: 3 },
    payload: "v6",
  }),
  "IPv4 with options": tcp({ ip: { options: [7, 7, 4, 0, 0, 0, 0], tos: 0xb8, id: 99, ttl: 1, df: false } }),
  "IPv4 with a bad checksum": tcp({ ip: { checksum: "bad" } }),
  VLAN: tcp({ vlan: [{ id: 100, priority: 5, dropEligible: true }] }),
  QinQ: tcp({ vlan: [10, 20] }),
  "padded frame": tcp().pad(),
  UDP: udp({ dport: 9999, payload: "question" }),
  "UDP without checksum": udp({ dport: 9999, checksum: 0, payload: "x" }),
  "UDP over IPv6": udp({ dport: 9999, ip: { version: 6 }, payload: "six" }),
  ICMP: icmp({ payload: "ping" }),
  ICMPv6: icmpv6({ payload: "ping" }),
  ARP: arp(),
  "unknown protocol": ip({ protocol: 253, payload: "opaque" }),
  "IPv6 with extension headers": tcp({
    ip: { version: 6, extensions: [hopByHop(), destinationOptions(), routing()] },
    payload: "ext",
  }),
  "IPv6 atomic fragment": tcp({
    ip: { version: 6, extensions: [fragmentHeader({ id: 7 })] },
    payload: "atomic",
  }),
  ...Object.fromEntries(
    fragments(tcp({ ip: { id: 5 }, payload: "0123456789".repeat(5) }), 32).map((part, i) => [
      `IPv4 fragment ${i}`,
      part,
    ]),
  ),
  ...Object.fromEntries(
    fragments(tcp({ ip: { version: 6 }, payload: "0123456789".repeat(5) }), 32).map((part, i) => [
      `IPv6 fragment ${i}`,
      part,
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(optionSets).map(([name, [flags, options]]) => [
      name,
      tcp({ flags, options, payload: "" }),
    ]),
  ),
};
