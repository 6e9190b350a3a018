import { describe, expect, it } from "vitest";
import type { TraceFilter } from "@emptcp/core";
import { arp, fragments, icmp, icmpv6, ip as ipPacket, tcp, udp } from "@emptcp/testing";
import { match, rule, testSet, until, withEngine } from "./support.js";
import { begin, byPacket, traced } from "./tracing.js";

describe("the filter of a trace", () => {
  const A = { address: "10.9.0.1", port: "5000" };
  const packets = {
    "tcp a-b": tcp({ ip: { src: "10.9.0.1", dst: "10.8.0.2" }, sport: 5000, dport: 80 }),
    "tcp b-a": tcp({ ip: { src: "10.8.0.2", dst: "10.9.0.1" }, sport: 80, dport: 5000 }),
    "udp a-b": udp({ ip: { src: "10.9.0.1", dst: "10.8.0.2" }, sport: 5000, dport: 80 }),
    "icmp a-b": icmp({ ip: { src: "10.9.0.1", dst: "10.8.0.2" } }),
    "tcp6 c-d": tcp({ ip: { src: "fd00:1::1", dst: "fd00:2::2" }, sport: 5000, dport: 80 }),
    "tcp6 d-c": tcp({ ip: { src: "fd00:2::2", dst: "fd00:1::1" }, sport: 80, dport: 5000 }),
    "udp6 c-d": udp({ ip: { src: "fd00:1::1", dst: "fd00:2::2" }, sport: 5000, dport: 80 }),
    "icmp6 c-d": icmpv6({ ip: { src: "fd00:1::1", dst: "fd00:2::2" } }),
    "vlan tcp a-b": tcp({ ip: { src: "10.9.0.1", dst: "10.8.0.2" }, sport: 5000, dport: 80, vlan: [5, 6] }),
    "sctp a-b": ipPacket({
      protocol: 132,
      ip: { src: "10.9.0.1", dst: "10.8.0.2" },
      payload: Buffer.alloc(20),
    }),
    arp: arp(),
  };
  type Name = keyof typeof packets;
  const all = Object.keys(packets) as Name[];
  const with4 = all.filter((n) => n.endsWith(" a-b") || n.endsWith(" b-a"));
  const ported4 = with4.filter((n) => !/icmp|sctp/.test(n));
  const cases: [TraceFilter, readonly Name[]][] = [
    [{}, all],
    [{ proto: "tcp" }, ["tcp a-b", "tcp b-a", "tcp6 c-d", "tcp6 d-c", "vlan tcp a-b"]],
    [{ proto: "udp" }, ["udp a-b", "udp6 c-d"]],
    [{ proto: "icmp" }, ["icmp a-b", "icmp6 c-d"]],
    [{ proto: 132 }, ["sctp a-b"]],
    [{ a: { address: "10.9.0.1" } }, with4],
    [{ b: { address: "10.9.0.0/16" } }, with4],
    [{ a: { address: "0.0.0.0/0" } }, with4],
    [{ a: { address: "::/0" } }, ["tcp6 c-d", "tcp6 d-c", "udp6 c-d", "icmp6 c-d"]],
    [{ a: A }, ported4],
    [{ a: A, direction: "a-to-b" }, ported4.filter((n) => n !== "tcp b-a")],
    [{ a: A, b: { port: "80" }, proto: "tcp" }, ["tcp a-b", "tcp b-a", "vlan tcp a-b"]],
    [{ a: { port: "79-81" }, direction: "a-to-b" }, ["tcp b-a", "tcp6 d-c"]],
    [{ a: A, b: { address: "10.8.0.3" } }, []],
    [
      { a: { address: "fd00:1::/32" }, b: { address: "fd00:2::2", port: "80" } },
      ["tcp6 c-d", "tcp6 d-c", "udp6 c-d"],
    ],
    [{ a: { address: "fd00:2::2" }, direction: "a-to-b", proto: "tcp" }, ["tcp6 d-c"]],
    [{ a: { address: "10.9.0.1" }, b: { address: "10.9.0.1" } }, []],
  ];

  it.each(["xdp", "tc-ingress"] as const)("picks the packets it says at %s", async (hook) => {
    await withEngine(async (engine) => {
      await engine.apply(testSet("s", [rule("p", { when: match("port", { dst: 1 }) })], hook));
      for (const [filter, wanted] of cases) {
        const trace = await begin(engine, filter, { capture: 256 });
        for (const name of all) engine.testRun(hook, packets[name].bytes);
        await until("hops", () => trace.hops.length >= wanted.length);
        await new Promise((resume) => setTimeout(resume, 15));
        await trace.end();
        const found = trace.hops.map((h) => all.find((n) => h.before.equals(Buffer.from(packets[n].bytes))));
        expect(found, JSON.stringify(filter)).toEqual(wanted);
      }
    });
  });

  it("samples one in so many, and stops at a limit", async () => {
    await withEngine(async (engine) => {
      await engine.apply(testSet("s", [rule("p")], "xdp"));
      const send = (): void => {
        for (let i = 0; i < 30; i++) {
          engine.testRun("xdp", tcp({ dport: 443, seq: i }).bytes);
          engine.testRun("xdp", tcp({ dport: 1, seq: i }).bytes);
        }
      };
      const count = async (filter: TraceFilter, packets: number): Promise<number> => {
        const hops = await traced(engine, { b: { port: "443" }, ...filter }, packets, send);
        return byPacket(hops).length;
      };
      expect(await count({ limit: 4 }, 4)).toBe(4);
      const cpus = 2;
      const sampled = await count({ sample: 10 }, 3);
      expect(sampled).toBeGreaterThanOrEqual(3);
      expect(sampled).toBeLessThanOrEqual(3 + cpus); // each CPU counts for itself
      expect(await count({ sample: 3, limit: 5 }, 5)).toBe(5);
    });
  });

  it("tells everything that is wrong with it at once, before anything is changed", async () => {
    await withEngine(async (engine) => {
      await engine.apply(testSet("s", [rule("p")], "xdp"));
      const wrong = (filter: object, options = {}): string[] => {
        try {
          engine.trace(filter, options);
          return [];
        } catch (error) {
          return (error as { problems: { path: string }[] }).problems.map((p) => p.path);
        }
      };
      expect(
        wrong({ a: { address: "10.0.0.256", port: "80-70" }, proto: "tpc", sample: 0 }, { capture: 257 }),
      ).toEqual(["sample", "capture", "proto", "a.address", "a.port"]);
      expect(wrong({ a: { address: "10.0.0.1" }, b: { address: "fd00::1" }, direction: "up" })).toEqual([
        "direction",
        "b.address",
      ]);
      expect(wrong({ proto: 256, limit: 1.5, b: { port: "70000" } }, { ringBytes: 0, packets: -1 })).toEqual([
        ...["limit", "ringBytes", "packets", "proto", "b.port"],
      ]);
      expect(engine.current().number).toBe(1);
    });
  });
});

it("fragments are told with their addresses", async () => {
  await withEngine(async (engine) => {
    await engine.apply(testSet("s", [rule("p")], "xdp"));
    const parts = fragments(udp({ ip: { src: "10.9.0.1" }, payload: Buffer.alloc(64) }), 32);
    const hops = await traced(engine, { proto: "udp", a: { address: "10.9.0.1" } }, parts.length, () =>
      parts.forEach((p) => engine.testRun("xdp", p.bytes)),
    );
    expect(byPacket(hops)).toHaveLength(parts.length);
  });
});
