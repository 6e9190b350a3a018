import { describe, expect, it } from "vitest";
import { openEngine, type Engine } from "@emptcp/core";
import { tcp } from "@emptcp/testing";
import {
  codeOf,
  detachAll,
  expectGone,
  faults,
  footprint,
  hits,
  isGone,
  match,
  modules,
  newPinDir,
  openBpfFds,
  rule,
  runChild,
  startChild,
  step,
  testSet,
  until,
  withEngine,
} from "./support.js";

const HOOK = "tc-ingress";
const setWindow = (window: number) => step("set-window", { window, onlyLower: false });
const packet = tcp({ dport: 443, window: 60000 }).bytes;
const windowAfter = (engine: Engine): number => engine.testRun(HOOK, packet).data.readUInt16BE(48);
const byPort = (name: string, window: number, more: object = {}) =>
  testSet(name, [rule("p", { when: match("port", { dst: 443 }), chain: [setWindow(window)], ...more })]);

describe("generations", () => {
  it("a set replaces itself and leaves the other one alone", async () => {
    await withEngine(async (engine) => {
      await engine.apply(byPort("a", 1000, { continue: true }));
      await engine.apply(
        testSet("b", [rule("q", { when: match("tcp"), chain: [step("pass"), step("pass")] })]),
      );
      expect(windowAfter(engine)).toBe(1000);
      expect(hits(engine)).toEqual({ "a/p": 1, "b/q": 1 });
      const other = await engine.policy("b/q").rules.add({ when: match("port", { dst: 444 }) });
      await engine.apply(byPort("a", 2000, { continue: true, chain: [step("pass"), setWindow(2000)] }));
      expect(windowAfter(engine)).toBe(2000);
      expect(hits(engine)["b/q"]).toBe(2);
      await engine.delete("a");
      expect(windowAfter(engine)).toBe(60000);
      expect(hits(engine)).toEqual({ "b/q": 3 });
      expect(await engine.policy("b/q").rules.delete(other)).toBe(true);
      expect(engine.list().map((s) => s.name)).toEqual(["b"]);
      expect(await codeOf(() => engine.delete("a"))).toBe("ERR_EMPTCP_UNKNOWN_SET");
      expect(faults(engine)).toBe(0n);
    });
  });

  it("that differ in data only share programs, slot and counters", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(byPort("a", 1000));
      windowAfter(engine);
      const before = { ...engine.current(), programs: footprint(pinDir).programs };
      await engine.apply(byPort("a", 1001));
      const after = { ...engine.current(), programs: footprint(pinDir).programs };
      expect(after.number).toBe(before.number + 1);
      expect({ slot: after.slot, programs: after.programs }).toEqual({
        slot: before.slot,
        programs: before.programs,
      });
      expect(windowAfter(engine)).toBe(1001);
      expect(hits(engine)).toEqual({ "a/p": 2 });
    });
  });

  it("a policy with an empty chain takes its packets out", async () => {
    await withEngine(async (engine) => {
      await engine.apply(
        testSet("a", [
          rule("out", { when: match("port", { dst: 443 }), chain: [], priority: 1 }),
          rule("all", { when: match("tcp"), chain: [setWindow(1000)] }),
        ]),
      );
      expect(windowAfter(engine)).toBe(60000);
      expect(hits(engine)).toEqual({ "a/out": 1, "a/all": 0 });
      expect(faults(engine)).toBe(0n);
    });
  });

  it("are seen and changed by other engines of this and of other processes", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(byPort("a", 1000));
      const second = await openEngine({ pinDir, modules });
      expect(second.list().map((s) => s.name)).toEqual(["a"]);
      await second.apply(byPort("a", 2000));
      expect(windowAfter(engine)).toBe(2000);
      await runChild({ pinDir, apply: byPort("b", 3000, { priority: 1 }) });
      expect(second.list().map((s) => s.name)).toEqual(["a", "b"]);
      expect(windowAfter(second)).toBe(3000);
      await runChild({ pinDir, delete: "b" });
      await runChild({ pinDir, bypass: true });
      expect([engine.list().map((s) => s.name), windowAfter(engine)]).toEqual([["a"], 60000]);
      await engine.apply(byPort("a", 4000));
      expect(windowAfter(engine), "bypass stays over an apply").toBe(60000);
      await engine.bypass(false);
      expect(windowAfter(engine)).toBe(4000);
      second.close();
    });
  });

  it("an engine notices that another one took everything away and began anew", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(byPort("a", 1000));
      await detachAll(pinDir);
      expect(engine.list()).toEqual([]);
      const second = await openEngine({ pinDir, modules });
      await second.apply(byPort("b", 2000));
      expect(engine.list().map((s) => s.name)).toEqual(["b"]);
      await engine.apply(byPort("c", 3000, { priority: 1 }));
      expect(second.list().map((s) => s.name)).toEqual(["b", "c"]);
      expect(windowAfter(second)).toBe(3000);
      second.close();
    });
  });

  it("leave nothing behind after detach", async () => {
    const fds = openBpfFds();
    const pinDir = newPinDir();
    const engine = await openEngine({ pinDir, modules });
    await engine.apply(byPort("a", 1000));
    await engine.policy("p").rules.add({ when: match("ip-pair", { src: "10.0.0.1" }) });
    await engine.apply(byPort("a", 1000, { chain: [step("pass"), setWindow(1)] }));
    const before = footprint(pinDir);
    expect(before.programs.length).toBeGreaterThan(3);
    expect(before.maps.length).toBeGreaterThan(15);
    await engine.detach();
    await engine.detach();
    engine.close();
    expect(isGone(pinDir)).toBe(true);
    await expectGone(before);
    expect(openBpfFds()).toBe(fds);
  });

  it("replaced ones are freed: programs, maps and pins do not add up", async () => {
    await withEngine(async (engine, pinDir) => {
      const chains = [[setWindow(1)], [step("pass"), setWindow(1)]];
      const apply = (i: number) => engine.apply(byPort("a", 1, { chain: chains[i % 2] ?? [] }));
      for (let i = 0; i < 4; i++) await apply(i);
      const size = () => {
        const { programs, maps } = footprint(pinDir);
        return [programs.length, maps.length, openBpfFds()];
      };
      const before = size();
      const old = footprint(pinDir);
      for (let i = 0; i < 10; i++) await apply(i);
      expect(size()).toEqual(before);
      const now = new Set(footprint(pinDir).programs);
      await expectGone({ programs: old.programs.filter((id) => !now.has(id)), maps: [], links: [] });
      expect(faults(engine)).toBe(0n);
    });
  });

  it("of several processes at once come one after the other, and all are in force", async () => {
    await withEngine(async (engine, pinDir) => {
      const names = ["a", "b", "c"];
      await Promise.all([
        ...names.map((name, i) => runChild({ pinDir, apply: byPort(name, 1000 + i, { continue: true }) })),
        engine.apply(byPort("d", 1)),
      ]);
      expect(engine.list().map((s) => s.name)).toEqual(["a", "b", "c", "d"]);
      expect(engine.current().number).toBe(4);
      windowAfter(engine);
      expect(hits(engine)).toEqual({ "a/p": 1, "b/p": 1, "c/p": 1, "d/p": 1 });
      expect(faults(engine)).toBe(0n);
    });
  });

  it("a writer waits for another one, and says so when it takes too long", async () => {
    await withEngine(async (engine, pinDir) => {
      const child = startChild({ pinDir, apply: byPort("slow", 5), hold: 1500 });
      await new Promise<void>((resolve) => child.process.stdout?.once("data", () => resolve()));
      const hasty = await openEngine({ pinDir, modules, lockTimeout: 50 });
      let over = false;
      void child.done.then(() => (over = true));
      const error = await hasty.apply(byPort("a", 1)).catch((e: Error) => e);
      expect(error).toMatchObject({ code: "ERR_EMPTCP_LOCKED" });
      expect((error as Error).message).toContain(pinDir);
      expect([await hasty.bypass(true), engine.bypassed()], "waits for no lock").toEqual([false, true]);
      expect(hasty.history.problem).toContain("lock");
      expect(over).toBe(false);
      hasty.close();
      await engine.apply(byPort("a", 1, { priority: 1 }));
      expect((await child.done).code).toBe(0);
      await until("both sets", () => engine.list().length === 2);
      expect(engine.bypassed(), "stays over the switch").toBe(true);
    });
  });

  it("detach and apply of two processes do not meet halfway", async () => {
    await withEngine(async (engine, pinDir) => {
      for (let round = 0; round < 5; round++) {
        const second = await openEngine({ pinDir, modules });
        await engine.apply(byPort("a", 1));
        await Promise.all([engine.detach(), second.apply(byPort("b", 2))]);
        expect(engine.list().map((s) => s.name)).toEqual(second.list().map((s) => s.name));
        if (engine.list().length > 0) expect(windowAfter(engine)).toBe(2);
        await second.detach();
        second.close();
        expect(isGone(pinDir)).toBe(true);
      }
    });
  });
});
