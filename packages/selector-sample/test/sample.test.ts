import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  malformedTcp,
  dataSegment,
  icmp,
  oddIp,
  openChain,
  openSelector,
  otherTraffic,
  probe,
  tcp,
  truncated,
  udp,
  type OpenSelector,
} from "@emptcp/testing";
import { sample } from "../src/index.js";

// Without testSelector: the same packet matches or not, by chance.

/** Six standard deviations: off once in 500 million. */
const slack = (n: number, p: number): number => 6 * Math.sqrt(n * p * (1 - p));

const packets = [tcp({}), tcp({ ip: { src: "fd00::1", dst: "fd00::2" }, vlan: [5] }), udp({}), icmp({})];

describe.each(["xdp", "tc-ingress", "tc-egress"] as const)("sample on %s", (hook) => {
  describe("draws", () => {
    let selector: OpenSelector;
    beforeAll(() => {
      selector = openSelector(sample, hook);
    });
    afterAll(() => selector?.close());

    it("from every packet, whatever it is, digits that are evenly spread", () => {
      const hostile = [
        ...truncated(hook, dataSegment()),
        ...malformedTcp(dataSegment()),
        ...oddIp(dataSegment()),
        ...otherTraffic(),
      ];
      for (const { packet } of hostile) expect(selector.key(packet)).toHaveLength(4);

      const n = 12_000;
      const counts = new Map<string, number>();
      for (let i = 0; i < n; i++) {
        const draw = selector.key(packets[i % packets.length] ?? tcp({}))?.readUInt32LE() ?? 0;
        const digits = [
          ...Array.from({ length: 10 }, (_, d) => ["binary", d, (draw >>> d) & 1] as const),
          ...Array.from({ length: 6 }, (_, d) => ["quinary", d, (draw >>> (10 + 3 * d)) & 7] as const),
          ...Array.from({ length: 2 }, (_, d) => ["ternary", d, (draw >>> (28 + 2 * d)) & 3] as const),
        ];
        for (const digit of digits) {
          const name = digit.join(" ");
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
      }
      expect(counts.size).toBe(10 * 2 + 6 * 5 + 2 * 3);
      for (const [name, count] of counts) {
        const p = name.startsWith("b") ? 1 / 2 : name.startsWith("q") ? 1 / 5 : 1 / 3;
        expect(Math.abs(count - n * p), name).toBeLessThan(slack(n, p));
      }
    });
  });

  it.each([
    ["1/4", 0.25],
    ["3/10", 0.3],
    ["99%", 0.99],
    [1, 1],
  ])("matches %s of the packets, and changes none", async (fraction, p) => {
    const chain = await openChain(hook, [probe()], { when: sample({ fraction }) });
    try {
      const n = 1200;
      let matched = 0;
      for (let i = 0; i < n; i++) {
        const packet = packets[i % packets.length] ?? tcp({});
        const result = chain.run(packet);
        expect(result.verdict).toBe(result.counters.matched === 1 ? "drop" : "pass");
        expect(result.packet).toEqualPacket(packet);
        matched += result.counters.matched;
      }
      expect(Math.abs(matched - n * p)).toBeLessThanOrEqual(slack(n, p));
    } finally {
      await chain.close();
    }
  });

  it("negated matches the rest", async () => {
    const chain = await openChain(hook, [probe()], {
      when: { kind: "not", of: sample({ fraction: "1/5" }) },
    });
    try {
      const results = Array.from({ length: 1200 }, () => chain.run(tcp({})).counters.matched);
      const matched = results.filter((m) => m === 1).length;
      expect(Math.abs(matched - 960)).toBeLessThan(slack(1200, 0.8));
    } finally {
      await chain.close();
    }
  });
});
