import { describe, expect, it } from "vitest";
import { HOOKS, openEngine } from "@emptcp/core";
import { tcp } from "@emptcp/testing";
import { codeOf, faults, hits, match, modules, pinsOf, rule, step, testSet, withEngine } from "./support.js";

const packet = tcp({ dport: 443, window: 60000 }).bytes;
const chain = [step("set-window", { window: 5, onlyLower: false }), step("pass")];
const set = () => testSet("s", [rule("p", { when: match("port", { dst: 443 }), chain })], ...HOOKS);

describe("a profile", () => {
  it("times one packet in so many, of each step and entry, and only while it runs", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(set());
      const send = (count: number): void => {
        for (let i = 0; i < count; i++) for (const hook of HOOKS) engine.testRun(hook, packet);
      };
      send(10);
      expect(engine.stats().flatMap((p) => p.steps.filter((s) => s.ns))).toEqual([]);
      expect(engine.entryStats()).toEqual([]);
      await engine.profile({ sample: 4 });
      expect(engine.current().instrument.profile).toBe(4);
      send(40);
      for (const policy of engine.stats()) {
        expect(policy.packets).toBe(50n);
        for (const { ns } of policy.steps) {
          // Each CPU counts for itself: it may have up to three packets that wait for a fourth.
          expect(Number(ns?.samples)).toBeGreaterThanOrEqual(8);
          expect(Number(ns?.samples)).toBeLessThanOrEqual(10);
          expect(ns?.mean).toBeGreaterThanOrEqual(0);
        }
      }
      const entries = engine.entryStats();
      expect(entries.map((e) => e.hook).sort()).toEqual([...HOOKS].sort());
      for (const { packets, ports, ns } of entries) {
        expect(packets).toBe(40n);
        expect(ports).toEqual([{ name: "@test" }]);
        expect(ns?.mean).toBeGreaterThan(0);
      }
      await engine.profile(false);
      expect(engine.stats().flatMap((p) => p.steps.filter((s) => s.ns))).toEqual([]);
      expect(pinsOf(pinDir).filter((p) => p.includes("time"))).toEqual([]);
      expect(faults(engine)).toBe(0n);
    });
  });

  it("goes on over other generations; new chains begin at zero", async () => {
    await withEngine(async (engine) => {
      await engine.apply(testSet("s", [rule("p", { chain }), rule("q", { chain, priority: -1 })]));
      await engine.profile({ sample: 1 });
      for (let i = 0; i < 5; i++) engine.testRun("tc-ingress", packet);
      const samples = () => engine.stats().map((p) => p.steps.map((s) => s.ns?.samples ?? 0n));
      for (let round = 0; round < 4; round++) {
        await engine.apply(testSet("s", [rule("p", { chain }), rule(`q${round}`, { chain, priority: -1 })]));
        await engine.refresh({ rebuild: true });
        expect(samples()).toEqual([
          [5n, 5n],
          [0n, 0n],
        ]);
      }
      await engine.profile({ sample: 1 });
      expect(samples()[0]).toEqual([0n, 0n]);
      expect(hits(engine)["s/p"]).toBe(5);
    });
  });

  it("and a trace run beside each other, switched by any process", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(testSet("s", [rule("p", { chain })], "xdp"));
      const other = await openEngine({ pinDir, modules });
      try {
        await other.profile({ sample: 1 });
        const results: string[] = [];
        for await (const hop of engine.trace(
          {},
          { packets: 1, onStart: () => engine.testRun("xdp", packet) },
        ))
          results.push(hop.result);
        expect(results).toEqual(["chain", "next", "pass"]);
        expect(engine.current().instrument).toMatchObject({ profile: 1, trace: false });
        expect(other.stats()[0]?.steps[0]?.ns?.samples).toBe(1n);
      } finally {
        other.close();
      }
    });
  });

  it("needs a power of two and something that runs", async () => {
    await withEngine(async (engine) => {
      expect(await codeOf(() => engine.profile({ sample: 64 }))).toBe("ERR_EMPTCP_NOT_RUNNING");
      await engine.apply(testSet("s", [rule("p")]));
      for (const sample of [0, 3, -4, 1.5, NaN, 1 << 21])
        expect(await codeOf(() => engine.profile({ sample }))).toBe("ERR_EMPTCP_PROFILE");
      expect(engine.current().number).toBe(1);
    });
  });
});
