import { describe, expect, it } from "vitest";
import {
  capableHandshake,
  joinHandshake,
  mptcp,
  runTold,
  subflow,
  testActor,
  type Packet,
} from "@emptcp/testing";
import { getSubflow } from "../src/index.js";

const KEYS = { opener: 0x0123456789abcdefn, acceptor: 0xfedcba9876543210n };
const NO_STATE = 6;
const FLOWS = {
  IPv4: { ip: { src: "10.9.0.1", dst: "10.0.0.2" }, sport: 7000, dport: 80 },
  IPv6: { ip: { src: "fd00::9", dst: "fd00::2" }, sport: 7000, dport: 80 },
  "IPv4 in a VLAN": { ip: { src: "10.0.0.1", dst: "10.9.0.2" }, sport: 7000, dport: 80, vlan: [5] },
} as const;

testActor(getSubflow, {
  sample: {},
  packet: subflow(FLOWS.IPv4).ack([mptcp.joinAck({ hmac: Buffer.alloc(20) })]),
});

describe.each(getSubflow.definition.hooks)("get-subflow on %s", (hook) => {
  const told = (packets: readonly Packet[]) => runTold(hook, [getSubflow()], packets);
  const first = capableHandshake(subflow({ ...FLOWS.IPv4, sport: 6000 }), KEYS);
  const [ofOpener, ofAcceptor] = [mptcp.token(KEYS.opener), mptcp.token(KEYS.acceptor)];
  const fields = {
    token: ofAcceptor,
    opener: { nonce: 0xfffffff7, addressId: 3, backup: true },
    acceptor: { nonce: 8, addressId: 4 },
  };
  const expected = (flow: (typeof FLOWS)[keyof typeof FLOWS]) => ({
    event: "joined",
    connection: ofAcceptor,
    src_token: ofOpener,
    dst_token: ofAcceptor,
    src_nonce: 0xfffffff7,
    dst_nonce: 8,
    src: flow.ip.src,
    dst: flow.ip.dst,
    sport: 7000,
    dport: 80,
    src_id: 3,
    dst_id: 4,
    src_backup: true,
    dst_backup: false,
    answered: true,
    unkeyed: false,
  });
  const joined = expected(FLOWS.IPv4);

  it.each(Object.entries(FLOWS))("tells of a subflow over %s", async (_, flow) => {
    const { events } = await told([...first, ...joinHandshake(subflow(flow), fields)]);
    expect(events).toEqual([expected(flow)]);
  });

  it("tells of one that the host which accepted the connection opens", async () => {
    const handshake = joinHandshake(subflow(FLOWS.IPv4), { ...fields, token: ofOpener });
    expect((await told([...first, ...handshake])).events).toEqual([
      { ...joined, src_token: ofAcceptor, dst_token: ofOpener },
    ]);
  });

  it("says unkeyed when the connection's handshake was not seen, or not all of it", async () => {
    const unkeyed = { ...joined, src_token: 0, unkeyed: true };
    const handshake = joinHandshake(subflow(FLOWS.IPv4), fields);
    expect((await told(handshake)).events).toEqual([{ ...unkeyed, connection: 0 }]);
    expect((await told([...first.slice(0, 2), ...handshake])).events).toEqual([unkeyed]);
  });

  it("says when the SYN/ACK was not seen", async () => {
    const [syn, , ack] = joinHandshake(subflow(FLOWS.IPv4), fields);
    expect((await told([...first, syn, ack])).events).toEqual([
      { ...joined, dst_nonce: 0, dst_id: 0, answered: false },
    ]);
  });

  it("tells once, whatever is sent again", async () => {
    const [syn, synAck, ack] = joinHandshake(subflow(FLOWS.IPv4), fields);
    const { events } = await told([...first, syn, syn, synAck, synAck, ack, ack, syn, ack]);
    expect(events).toEqual([joined]);
  });

  it("tells again when the ports are used for another attempt", async () => {
    const again = { ...fields, opener: { nonce: 9 } };
    const next = joinHandshake(subflow(FLOWS.IPv4), again).map((packet, i) =>
      i === 1 ? packet : packet.with({ seq: 5000 + i / 2 }),
    );
    const { events } = await told([...first, ...joinHandshake(subflow(FLOWS.IPv4), fields), ...next]);
    expect(events.map((e) => e["src_nonce"])).toEqual([0xfffffff7, 9]);
  });

  it("puts subflows to their connections", async () => {
    const keys = { opener: 5n, acceptor: 6n };
    const other = capableHandshake(subflow({ ...FLOWS.IPv4, sport: 6001 }), keys);
    const joins = [7001, 7002, 7003, 7004].map((sport, i) =>
      joinHandshake(subflow({ ...FLOWS.IPv4, sport }), {
        token: mptcp.token(i % 2 === 0 ? KEYS.acceptor : keys.acceptor),
        opener: { nonce: i },
        acceptor: { nonce: i },
      }),
    );
    const mixed = [0, 1, 2].flatMap((step) => joins.map((handshake) => handshake[step as 0 | 1 | 2]));
    const { events } = await told([...first, ...other, ...mixed]);
    expect(events.map((e) => [e["sport"], e["connection"], e["src_token"]])).toEqual(
      [7001, 7002, 7003, 7004].map((sport, i) =>
        i % 2 === 0
          ? [sport, ofAcceptor, ofOpener]
          : [sport, mptcp.token(keys.acceptor), mptcp.token(keys.opener)],
      ),
    );
  });

  it("waits for the third ACK", async () => {
    const packets = subflow(FLOWS.IPv4);
    const [syn, synAck] = joinHandshake(packets, fields);
    const payload = Buffer.from(mptcp.joinAck({ hmac: Buffer.alloc(20) }).bytes);
    const { events } = await told([syn, synAck, packets.ack([]), packets.ack([], { payload })]);
    expect(events).toEqual([]);
  });

  it("refuses to tell of one whose SYN it did not see, and tells nothing of plain TCP", async () => {
    const packets = subflow(FLOWS.IPv4);
    const [, synAck, ack] = joinHandshake(packets, fields);
    expect(await told([synAck, ack])).toEqual({ events: [], refusals: [NO_STATE] });
    expect(await told([ack])).toEqual({ events: [], refusals: [NO_STATE] });
    expect(await told([packets.syn(), packets.synAck(), ack])).toEqual({ events: [], refusals: [] });
  });
});
