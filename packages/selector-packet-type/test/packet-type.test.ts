import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  fragments,
  icmp,
  mptcp,
  openSelector,
  opt,
  tcp,
  testSelector,
  udp,
  type OpenSelector,
  type TcpFields,
  type TcpFlag,
  type TcpOption,
} from "@emptcp/testing";
import { packetType } from "../src/index.js";

const hmac = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const dss = mptcp.dss({ ack: 5, dsn: 9n, subflowSeq: 1, dataLength: 4 });
const keys = { senderKey: 1n, receiverKey: 2n };
const v6 = "fd00::7";

testSelector(packetType, {
  sample: { type: ["add-addr", "rst"] },
  matches: [
    tcp({ options: [mptcp.addAddr({ address: "10.0.0.7" })] }),
    tcp({ flags: ["rst"] }),
    tcp({ flags: ["rst", "ack"], ip: { src: "fd00::1", dst: "fd00::2" }, vlan: [5] }),
    tcp({ payload: "data", options: [dss, mptcp.addAddr({ address: "10.0.0.7", version: 0 })] }),
  ],
  misses: [
    tcp({}),
    tcp({ options: [mptcp.addAddr({ address: "10.0.0.7", echo: true })] }),
    tcp({ flags: ["syn"], options: [mptcp.capable()] }),
    udp({ payload: "data" }),
    icmp({}),
  ],
});

/** What RFC 8684 (version 1) and RFC 6824 (version 0) say that packets are. */
const PACKETS: readonly [
  string,
  readonly TcpFlag[],
  readonly TcpOption[],
  string,
  readonly string[] | undefined,
][] = [
  ["MP_CAPABLE SYN, v1", ["syn"], [opt.mss(1460), mptcp.capable()], "", ["mp-capable-syn"]],
  ["MP_CAPABLE SYN, v0", ["syn"], [mptcp.capable({ version: 0, senderKey: 1n })], "", ["mp-capable-syn"]],
  ["MP_CAPABLE SYN of v1 with a key", ["syn"], [mptcp.capable({ senderKey: 1n })], "", undefined],
  ["MP_CAPABLE SYN of v0 without key", ["syn"], [mptcp.capable({ version: 0 })], "", undefined],
  ["MP_CAPABLE SYN/ACK, v1", ["syn", "ack"], [mptcp.capable({ senderKey: 2n })], "", ["mp-capable-syn-ack"]],
  [
    "MP_CAPABLE SYN/ACK, v0",
    ["syn", "ack"],
    [mptcp.capable({ version: 0, senderKey: 2n })],
    "",
    ["mp-capable-syn-ack"],
  ],
  ["third ACK, v1", ["ack"], [mptcp.capable(keys)], "", ["mp-capable-ack", "pure-ack"]],
  ["third ACK, v0", ["ack"], [mptcp.capable({ version: 0, ...keys })], "", ["mp-capable-ack", "pure-ack"]],
  [
    "first data, v1",
    ["psh", "ack"],
    [mptcp.capable({ ...keys, dataLength: 4 })],
    "data",
    ["mp-capable-ack", "data"],
  ],
  [
    "first data with checksum, v1",
    ["ack"],
    [mptcp.capable({ ...keys, dataLength: 4, checksum: 1 })],
    "data",
    ["mp-capable-ack", "data"],
  ],
  [
    "first data as v0 has it not",
    ["ack"],
    [mptcp.capable({ version: 0, ...keys, dataLength: 4 })],
    "data",
    ["data"],
  ],
  ["MP_JOIN SYN", ["syn"], [mptcp.joinSyn({ token: 1 })], "", ["mp-join-syn"]],
  ["MP_JOIN SYN/ACK", ["syn", "ack"], [mptcp.joinSynAck({ hmac: hmac(8) })], "", ["mp-join-syn-ack"]],
  ["MP_JOIN ACK", ["ack"], [mptcp.joinAck({ hmac: hmac(20) })], "", ["mp-join-ack", "pure-ack"]],
  ["MP_JOIN of a SYN on an ACK", ["ack"], [mptcp.joinSyn({ token: 1 })], "", ["pure-ack"]],
  ["data", ["ack"], [opt.nop, opt.nop, opt.timestamps(1, 2), dss], "data", ["data", "data-ack"]],
  [
    "data without data ACK",
    ["ack"],
    [mptcp.dss({ dsn: 1n, subflowSeq: 1, dataLength: 4 })],
    "data",
    ["data"],
  ],
  ["data of an earlier mapping", ["ack"], [], "data", ["data"]],
  ["data ACK of 4 bytes", ["ack"], [mptcp.dss({ ack: 1, ackSize: 4 })], "", ["data-ack", "pure-ack"]],
  ["data ACK of 8 bytes", ["ack"], [mptcp.dss({ ack: 1 })], "", ["data-ack", "pure-ack"]],
  ["pure ACK of TCP", ["ack"], [opt.nop, opt.nop, opt.timestamps(1, 2)], "", ["pure-ack"]],
  ["ADD_ADDR, v1", ["ack"], [mptcp.addAddr({ address: "10.0.0.7" })], "", ["add-addr", "pure-ack"]],
  [
    "ADD_ADDR with port, v1, IPv6",
    ["ack"],
    [mptcp.addAddr({ address: v6, port: 80 })],
    "",
    ["add-addr", "pure-ack"],
  ],
  [
    "ADD_ADDR, v0",
    ["ack"],
    [mptcp.addAddr({ version: 0, address: "10.0.0.7" })],
    "",
    ["add-addr", "pure-ack"],
  ],
  [
    "ADD_ADDR with port, v0, IPv6",
    ["ack"],
    [mptcp.addAddr({ version: 0, address: v6, port: 80 })],
    "",
    ["add-addr", "pure-ack"],
  ],
  ["echo", ["ack"], [mptcp.addAddr({ address: "10.0.0.7", echo: true })], "", ["add-addr-echo", "pure-ack"]],
  [
    "echo, IPv6, with port",
    ["ack"],
    [mptcp.addAddr({ address: v6, port: 80, echo: true })],
    "",
    ["add-addr-echo", "pure-ack"],
  ],
  [
    "data and ADD_ADDR at once",
    ["ack"],
    [mptcp.dss({ ack: 1 }), mptcp.addAddr({ address: "10.0.0.7" })],
    "data",
    ["data", "data-ack", "add-addr"],
  ],
  ["REMOVE_ADDR", ["ack"], [mptcp.removeAddr(1, 2)], "", ["remove-addr", "pure-ack"]],
  ["MP_PRIO", ["ack"], [mptcp.prio({ backup: true })], "", ["mp-prio", "pure-ack"]],
  ["MP_PRIO, v0", ["ack"], [mptcp.prio({ backup: true, addressId: 1 })], "", ["mp-prio", "pure-ack"]],
  ["MP_FAIL", ["ack"], [mptcp.fail(1n)], "", ["mp-fail", "pure-ack"]],
  ["MP_FASTCLOSE on an ACK", ["ack"], [mptcp.fastclose(1n)], "", ["fastclose", "pure-ack"]],
  ["MP_FASTCLOSE on a RST", ["rst", "ack"], [mptcp.fastclose(1n)], "", ["fastclose", "rst"]],
  ["MP_TCPRST", ["rst", "ack"], [mptcp.tcprst({ reason: 3 })], "", ["mp-tcprst", "rst"]],
  ["FIN", ["fin", "ack"], [mptcp.dss({ ack: 1 })], "", ["data-ack", "fin"]],
  ["FIN with data", ["fin", "ack"], [dss], "data", ["data", "data-ack", "fin"]],
  ["RST", ["rst"], [], "", ["rst"]],
  ["SYN of TCP", ["syn"], [opt.mss(1460)], "", undefined],
  ["a subtype that is none", ["ack"], [opt.raw(30, [0x90, 0])], "", ["pure-ack"]],
  ["MP_PRIO that is too long", ["ack"], [opt.raw(30, [0x51, 0, 0])], "", ["pure-ack"]],
  [
    "an option after one that is cut off",
    ["ack"],
    [mptcp.prio({ backup: true }), opt.raw(5, [], 99)],
    "",
    ["mp-prio", "pure-ack"],
  ],
];

const values = packetType.definition.params.type.of?.values ?? {};
const namesOf = (key: Buffer | undefined): string[] | undefined => {
  const bits = key?.readUInt32LE();
  return bits === undefined ? undefined : Object.keys(values).filter((name) => bits & (values[name] ?? 0));
};

describe.each(["xdp", "tc-ingress", "tc-egress"] as const)("types of packets on %s", (hook) => {
  let selector: OpenSelector;
  beforeAll(() => {
    selector = openSelector(packetType, hook);
  });
  afterAll(() => selector?.close());

  describe.each<[string, Partial<TcpFields>]>([
    ["IPv4", {}],
    ["IPv6", { ip: { src: "fd00::1", dst: "fd00::2" } }],
    ["IPv6 in VLANs", { ip: { src: "fd00::1", dst: "fd00::2" }, vlan: [7, 8] }],
  ])("%s", (_, below) => {
    it.each(PACKETS)("%s", (_name, flags, options, payload, types) => {
      const found = namesOf(selector.key(tcp({ ...below, flags, options, payload })));
      expect(found?.sort()).toEqual(types && [...types].sort());
    });
  });

  it("are those of the first fragment only", () => {
    const [first, second] = fragments(tcp({ payload: "x".repeat(2000) }), 1000);
    expect(first && namesOf(selector.key(first))).toEqual(["data"]);
    expect(second && selector.key(second)).toBeUndefined();
  });

  it("take the padding of a short frame for what it is", () => {
    const { bytes } = tcp({});
    expect(namesOf(selector.key(Buffer.concat([bytes, Buffer.alloc(6)])))).toEqual(["pure-ack"]);
  });
});
