import { describe, expect, it } from "vitest";
import { arp, openChain, tcp, testActor, udp, type OpenChain } from "@emptcp/testing";
import { possibleCpus } from "@emptcp/core/libbpf";
import { count } from "../src/index.js";

const FULL = 7;
const ROOM = 1024;

testActor(count, { sample: { counter: 3 } });

/** The totals of each counter. */
function totals(chain: OpenChain): Record<string, unknown> {
  using map = chain.engine.module("count").map("totals", { cpus: "sum" });
  return Object.fromEntries([...map].map(([counter, value]) => [String(counter), value]));
}

describe.each(count.definition.hooks)("count on %s", (hook) => {
  const packets = [tcp({ payload: "data" }), tcp({ ip: { src: "fd00::1" }, vlan: [5] }), udp({}), arp({})];
  const bytes = packets.reduce((sum, packet) => sum + packet.bytes.length, 0);
  const all = { packets: 4n, segments: 4n, bytes: BigInt(bytes) };

  it("counts packets of every protocol, in the counter of each step", async () => {
    const chain = await openChain(hook, [count(), count({ counter: 7 }), count({ counter: 7 })]);
    try {
      for (const packet of packets) expect(chain.run(packet).packet).toEqualPacket(packet);
      const twice = { packets: 8n, segments: 8n, bytes: 2n * all.bytes };
      expect(totals(chain)).toEqual({ 0: all, 7: twice });
    } finally {
      await chain.close();
    }
  });

  it("goes on in the same counter when another policy uses it", async () => {
    const chain = await openChain(hook, [count({ counter: 7 })]);
    try {
      for (const packet of packets) chain.run(packet);
      const [set] = chain.engine.list();
      if (!set) throw new Error("nothing runs");
      const steps = [count({ counter: 8 }), count({ counter: 7 })];
      const policies = set.policies.map((policy) => ({ ...policy, name: "other", chain: steps }));
      await chain.engine.apply({ ...set, policies });
      for (const packet of packets) chain.run(packet);
      const twice = { packets: 8n, segments: 8n, bytes: 2n * all.bytes };
      expect(totals(chain)).toEqual({ 7: twice, 8: all });
    } finally {
      await chain.close();
    }
  });

  it("refuses to count in more counters than there is room for", async () => {
    const chain = await openChain(hook, [count({ counter: 5000 })]);
    try {
      {
        using map = chain.engine.module("count").map("totals", { writable: true });
        const nothing = { packets: 0n, segments: 0n, bytes: 0n };
        const each = Array.from({ length: possibleCpus() }, () => nothing);
        for (let counter = 0; counter < ROOM; counter++) map.set(counter, each);
      }
      const { verdict, refusals } = chain.run(packets[0]!);
      expect([verdict, refusals.map(({ reason }) => reason)]).toEqual(["pass", [FULL]]);
    } finally {
      await chain.close();
    }
  });
});

it.each(["tc-ingress", "tc-egress"] as const)("counts what a GSO packet stands for on %s", async (hook) => {
  const chain = await openChain(hook, [count()]);
  try {
    const packet = tcp({ payload: Buffer.alloc(2000) });
    chain.run(packet, { gsoSize: 1000 });
    expect(totals(chain)).toEqual({ 0: { packets: 1n, segments: 2n, bytes: BigInt(packet.bytes.length) } });
  } finally {
    await chain.close();
  }
});
