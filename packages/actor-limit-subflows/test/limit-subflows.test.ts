import { describe, expect, it } from "vitest";
import {
  capableHandshake,
  joinHandshake,
  mptcp,
  openChain,
  opt,
  subflow,
  testActor,
  type OpenChain,
} from "@emptcp/testing";
import { limitSubflows } from "../src/index.js";

const KEYS = { opener: 5n, acceptor: 6n };
const TOKEN = mptcp.token(KEYS.acceptor);
const NO_STATE = 6;
const FLOWS = {
  IPv4: { ip: { src: "10.9.0.1", dst: "10.0.0.2" }, dport: 80 },
  IPv6: { ip: { src: "fd00::9", dst: "fd00::2" }, dport: 80 },
  "IPv4 in a VLAN": { ip: { src: "10.0.0.1", dst: "10.9.0.2" }, dport: 80, vlan: [5] },
} as const;

testActor(limitSubflows, { sample: { max: 2 }, packet: subflow().syn([mptcp.joinSyn({ token: TOKEN })]) });

describe.each(limitSubflows.definition.hooks)("limit-subflows on %s", (hook) => {
  const using = async (params: Parameters<typeof limitSubflows>[0], body: (chain: OpenChain) => unknown) => {
    const chain = await openChain(hook, [limitSubflows(params)]);
    try {
      await body(chain);
    } finally {
      await chain.close();
    }
  };
  const open = (chain: OpenChain, flow: (typeof FLOWS)[keyof typeof FLOWS] = FLOWS.IPv4): void => {
    for (const packet of capableHandshake(subflow({ ...flow, sport: 6000 }), KEYS)) chain.run(packet);
  };
  const attempt = (flow: (typeof FLOWS)[keyof typeof FLOWS], sport: number, token = TOKEN) =>
    subflow({ ...flow, sport }).syn([opt.mss(1460), mptcp.joinSyn({ token, nonce: sport })]);
  /** Sends the SYN of a subflow; whether it kept its MP_JOIN. What it became otherwise is checked. */
  const joins = (chain: OpenChain, sport: number, flow: (typeof FLOWS)[keyof typeof FLOWS] = FLOWS.IPv4) => {
    const syn = attempt(flow, sport);
    const { packet, verdict } = chain.run(syn);
    expect(verdict).toBe("pass");
    if (Buffer.from(packet).equals(Buffer.from(syn.bytes))) return true;
    const nops = Array.from({ length: 12 }, () => opt.nop);
    expect(packet).toEqualPacket(syn.with({ options: [opt.mss(1460), ...nops] }));
    return false;
  };

  it.each(Object.entries(FLOWS))("takes MP_JOIN out of the SYN that is one too many over %s", (_, flow) =>
    using({ max: 3 }, (chain) => {
      open(chain, flow);
      expect([7001, 7002, 7003, 7001, 7003].map((sport) => joins(chain, sport, flow))).toEqual([
        true,
        true,
        false,
        true,
        false,
      ]);
    }),
  );

  it.each(["fin", "rst"] as const)("lets another one be after a %s", (flag) =>
    using({ max: 2 }, (chain) => {
      open(chain);
      expect([joins(chain, 7001), joins(chain, 7002)]).toEqual([true, false]);
      chain.run(subflow({ ...FLOWS.IPv4, sport: 7001 }).reply([], { flags: [flag, "ack"] }));
      expect([joins(chain, 7003), joins(chain, 7004)]).toEqual([true, false]);
    }),
  );

  it("counts no longer what was idle for too long", () =>
    using({ max: 2, idle: "1s" }, async (chain) => {
      open(chain);
      expect([joins(chain, 7001), joins(chain, 7002)]).toEqual([true, false]);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      chain.run(subflow({ ...FLOWS.IPv4, sport: 6000 }).ack([]));
      expect([joins(chain, 7003), joins(chain, 7004)]).toEqual([true, false]);
    }));

  it("counts each pair of addresses by itself where asked", () =>
    using({ max: 1, per: "pair" }, (chain) => {
      open(chain);
      expect(joins(chain, 7001)).toBe(false);
      expect([joins(chain, 7002, FLOWS.IPv6), joins(chain, 7003, FLOWS.IPv6)]).toEqual([true, false]);
    }));

  it("counts each connection by itself, and leaves what opens one", () =>
    using({ max: 1 }, (chain) => {
      open(chain);
      const other = { opener: 7n, acceptor: 8n };
      for (const packet of capableHandshake(subflow({ ...FLOWS.IPv4, sport: 6001 }), other))
        expect(chain.run(packet).packet).toEqualPacket(packet);
      expect(joins(chain, 7001)).toBe(false);
    }));

  it("never takes anything from a subflow that is there, and refuses to judge an unknown connection", () =>
    using({ max: 1 }, (chain) => {
      const unknown = attempt(FLOWS.IPv4, 7009, 12345);
      const run = chain.run(unknown);
      expect(run.packet).toEqualPacket(unknown);
      expect(run.refusals.map(({ reason }) => reason)).toEqual([NO_STATE]);
      open(chain);
      const fields = { token: TOKEN, opener: { nonce: 1 }, acceptor: { nonce: 2 } };
      const [, synAck, ack] = joinHandshake(subflow({ ...FLOWS.IPv4, sport: 7001 }), fields);
      for (const packet of [synAck, ack]) expect(chain.run(packet).packet).toEqualPacket(packet);
    }));
});
