import { describe, expect, it } from "vitest";
import { capableHandshake, mptcp, runTold, subflow, testActor, type Packet } from "@emptcp/testing";
import { getConnect } from "../src/index.js";

const KEYS = { opener: 0x0123456789abcdefn, acceptor: 0xfedcba9876543210n };
const BOTH = { senderKey: KEYS.opener, receiverKey: KEYS.acceptor };
const FLOWS = {
  IPv4: { ip: { src: "10.9.0.1", dst: "10.0.0.2" }, sport: 7000, dport: 80 },
  IPv6: { ip: { src: "fd00::9", dst: "fd00::2" }, sport: 7000, dport: 80 },
  "IPv4 in a VLAN": { ip: { src: "10.0.0.1", dst: "10.9.0.2" }, sport: 7000, dport: 80, vlan: [5] },
} as const;

testActor(getConnect, {
  sample: { keys: true },
  packet: subflow(FLOWS.IPv4).ack([mptcp.capable(BOTH)]),
});

describe.each(getConnect.definition.hooks)("get-connect on %s", (hook) => {
  const told = (packets: readonly Packet[], params: { keys?: boolean } = {}) =>
    runTold(hook, [getConnect(params)], packets);
  const expected = (flow: (typeof FLOWS)[keyof typeof FLOWS], version: 0 | 1) => ({
    event: "connect",
    src: flow.ip.src,
    dst: flow.ip.dst,
    sport: 7000,
    dport: 80,
    src_token: mptcp.token(KEYS.opener, version),
    dst_token: mptcp.token(KEYS.acceptor, version),
    src_key: 0n,
    dst_key: 0n,
    version,
    checksum: false,
    join_elsewhere: false,
  });

  it.each(
    Object.entries(FLOWS).flatMap(([name, flow]) => ([0, 1] as const).map((v) => [v, name, flow] as const)),
  )("tells of a connection of version %d over %s", async (version, _, flow) => {
    const { events } = await told(capableHandshake(subflow(flow), KEYS, { version }));
    expect(events).toEqual([expected(flow, version)]);
  });

  it("tells the keys, and the flags, where asked", async () => {
    const more = { checksumRequired: true, denyJoin: true };
    const { events } = await told(capableHandshake(subflow(FLOWS.IPv4), KEYS, more), { keys: true });
    const keys = { src_key: KEYS.opener, dst_key: KEYS.acceptor };
    expect(events).toEqual([{ ...expected(FLOWS.IPv4, 1), ...keys, checksum: true, join_elsewhere: true }]);
  });

  it("tells once, whatever is sent again, and by the first data when the ACK is lost", async () => {
    const packets = subflow(FLOWS.IPv4);
    const [syn, synAck, ack] = capableHandshake(packets, KEYS);
    const data = packets.ack([mptcp.capable({ ...BOTH, dataLength: 5 })], { payload: "hello" });
    const later = packets.ack([mptcp.capable({ senderKey: 1n, receiverKey: 2n })]);
    const again = await told([syn, syn, synAck, synAck, ack, ack, data, data, later]);
    expect(again.events).toHaveLength(1);
    expect((await told([syn, synAck, data])).events).toEqual([expected(FLOWS.IPv4, 1)]);
  });

  it("tells of one whose SYN and SYN/ACK it did not see", async () => {
    expect((await told(capableHandshake(subflow(FLOWS.IPv6), KEYS).slice(2))).events).toEqual([
      expected(FLOWS.IPv6, 1),
    ]);
  });

  it("tells of each connection between the same ports", async () => {
    const packets = subflow(FLOWS.IPv4);
    const other = subflow({ ...FLOWS.IPv4, sport: 7001 });
    const keys = { opener: 3n, acceptor: 4n };
    const { events } = await told([...capableHandshake(packets, KEYS), ...capableHandshake(other, keys)]);
    expect(events.map((e) => [e["sport"], e["src_token"]])).toEqual([
      [7000, mptcp.token(KEYS.opener)],
      [7001, mptcp.token(3n)],
    ]);
  });

  it("tells nothing of plain TCP, of payload, of an option that is none, or of a handshake cut short", async () => {
    const packets = subflow(FLOWS.IPv4);
    const [syn, synAck, ack] = capableHandshake(packets, KEYS);
    const payload = Buffer.from(mptcp.capable(BOTH).bytes);
    expect((await told([packets.syn(), packets.synAck(), packets.ack([], { payload })])).events).toEqual([]);
    expect((await told([packets.syn(), packets.synAck(), ack])).events).toEqual([]);
    expect((await told([syn, packets.synAck(), ack])).events).toEqual([]);
    expect((await told([syn, synAck, packets.ack([mptcp.dss({ ack: 1 })], { payload })])).events).toEqual([]);
    expect((await told([syn, synAck])).events).toEqual([]);
  });

  it("does not take an answer's keys for the opener's", async () => {
    const packets = subflow(FLOWS.IPv4);
    const [syn, synAck] = capableHandshake(packets, KEYS);
    const { events } = await told([syn, synAck, packets.reply([mptcp.capable(BOTH)])]);
    expect(events).toEqual([]);
  });
});
