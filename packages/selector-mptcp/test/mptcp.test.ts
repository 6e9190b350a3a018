import { describe, expect, it } from "vitest";
import {
  icmp,
  mptcp as option,
  openChain,
  opt,
  tcp,
  testSelector,
  udp,
  type TcpFields,
  type TcpFlag,
  type TcpOption,
} from "@emptcp/testing";
import { pass } from "@emptcp/actor-pass";
import { mptcp } from "../src/index.js";

const v6 = { ip: { src: "fd00::1", dst: "fd00::2" } };
const dss = [option.dss({ ack: 1 })];

testSelector(mptcp, {
  sample: {},
  matches: [tcp({ options: dss }), tcp({ ...v6, options: [opt.timestamps(1, 2), ...dss] })],
  misses: [tcp({}), tcp({ ...v6, options: [opt.timestamps(1, 2)] }), udp({}), icmp({})],
});

const keys = { senderKey: 1n, receiverKey: 2n };
const segment = (flags: TcpFlag[], options: TcpOption[], more: Partial<TcpFields> = {}) =>
  tcp({ ip: { src: "10.9.0.1", dst: "10.9.0.2" }, sport: 7000, dport: 80, flags, options, ...more });
const back = { ip: { src: "10.9.0.2", dst: "10.9.0.1" }, sport: 80, dport: 7000 };

describe.each(["xdp", "tc-ingress", "tc-egress"] as const)("a connection on %s", (hook) => {
  const matched = async (packets: ReturnType<typeof segment>[]): Promise<boolean[]> => {
    const chain = await openChain(hook, [pass()], { when: mptcp() });
    try {
      return packets.map((packet) => chain.run(packet).counters.matched === 1);
    } finally {
      await chain.close();
    }
  };

  it("matches with the packets that carry no option", async () => {
    const packets = [
      segment(["syn"], [option.capable()]),
      segment(["syn", "ack"], [option.capable({ senderKey: 2n })], back),
      segment(["ack"], [option.capable(keys)]),
      segment(["ack"], [], { seq: 2, payload: "data" }),
      segment(["ack"], [], { ...back, seq: 2 }),
    ];
    expect(await matched(packets)).toEqual([true, true, true, true, true]);
  });

  it("that is plain TCP does not match, whatever its later packets carry", async () => {
    const packets = [
      segment(["syn"], []),
      segment(["syn", "ack"], [], back),
      segment(["ack"], []),
      segment(["ack"], dss, { seq: 2 }),
    ];
    expect(await matched(packets)).toEqual([false, false, false, false]);
  });
});
