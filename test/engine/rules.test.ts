import { describe, expect, it } from "vitest";
import { openEngine, type Engine, type Hook, type RuleHandle, type RuleInput } from "@emptcp/core";
import { tcp, udp } from "@emptcp/testing";
import { codeOf, faults, hits, match, modules, rule, step, testSet, usedIds, withEngine } from "./support.js";

const HOOK = "tc-ingress";
const nothing = match("ip-pair", { src: "192.0.2.1", dst: "192.0.2.2" });
const pair = (n: number, dst = "10.9.0.1"): RuleInput => ({
  when: match("ip-pair", { src: `10.1.${n >> 8}.${n & 255}`, dst }),
});
const packet = (n: number, more: object = {}): Buffer =>
  tcp({ ip: { src: `10.1.${n >> 8}.${n & 255}`, dst: "10.9.0.1" }, ...more }).bytes;
const setWindow = (window: number) => step("set-window", { window, onlyLower: false });
const basic = (more: object = {}) =>
  testSet("s", [rule("p", { when: nothing, chain: [setWindow(1000), step("pass")], ...more })]);
/** Window of the TCP header after a packet has passed. */
const windowOf = (engine: Engine, n: number): number =>
  engine.testRun(HOOK, packet(n, { window: 60000 })).data.readUInt16BE(14 + 20 + 14);
const listed = (engine: Engine, name = "p") => [...engine.policy(name).rules.list()].filter((r) => r.handle);

describe("rules", () => {
  it("are added, counted one by one, listed and deleted", async () => {
    await withEngine(async (engine) => {
      await engine.apply(basic());
      const { rules } = engine.policy("s/p");
      const one = await rules.add(pair(1));
      await rules.add({ ...pair(2), params: { "set-window": { window: 2000 } } });
      expect([1, 2, 3].map((n) => windowOf(engine, n))).toEqual([1000, 2000, 60000]);
      engine.testRun(HOOK, packet(1));
      expect(
        listed(engine)
          .map((r) => [r.match["ip-pair"]?.["src"], r.packets, r.bytes])
          .sort(),
      ).toEqual([
        ["10.1.0.1", 2n, BigInt(2 * packet(1).length)],
        ["10.1.0.2", 1n, BigInt(packet(2).length)],
      ]);
      expect(await rules.delete(one)).toBe(true);
      expect(await rules.delete(one)).toBe(false);
      expect(windowOf(engine, 1)).toBe(60000);
      expect(hits(engine)).toEqual({ "s/p": 3 });
      expect(faults(engine)).toBe(0n);
    });
  });

  it("are replaced, the same key included", async () => {
    await withEngine(async (engine) => {
      await engine.apply(basic());
      const { rules } = engine.policy("p");
      let handle: RuleHandle = await rules.add(pair(1));
      for (const window of [2000, 3000, 4000]) {
        handle = await rules.replace(`${handle}`, { ...pair(1), params: [setWindow(window)] });
        expect(windowOf(engine, 1)).toBe(window);
        expect(listed(engine)).toHaveLength(1);
      }
      await rules.replace(handle, pair(2));
      expect([windowOf(engine, 1), windowOf(engine, 2)]).toEqual([60000, 1000]);
    });
  });

  it("load from iterables and async iterables, of any shape", async () => {
    await withEngine(async (engine) => {
      await engine.apply(basic());
      const { rules } = engine.policy("p");
      async function* later() {
        for (let n = 500; n < 520; n++) {
          await Promise.resolve();
          yield pair(n);
        }
      }
      expect(await rules.load(Array.from({ length: 500 }, (_, n) => pair(n)))).toEqual({ added: 500 });
      expect(await rules.load(later())).toEqual({ added: 20 });
      expect(listed(engine)).toHaveLength(520);
      expect([0, 499, 519, 520].map((n) => windowOf(engine, n))).toEqual([1000, 1000, 1000, 60000]);
      const mixed: RuleInput[] = [
        { when: match("ip-pair", { src: "10.2.0.0/16", dst: "10.9.0.1" }) },
        { when: match("ip-pair", { src: "10.3.3.0/24", dst: "10.9.0.1" }) },
        { when: match("port", { dst: 4433 }), params: { "set-window": { window: 7 } } },
        {
          when: match("ip-pair", { src: "10.4.4.4", dst: "10.9.0.1" }),
          params: { "set-window": { window: 8 } },
        },
        { when: match("ip-pair", { src: "fd00::7", dst: "fd00::8" }) },
      ];
      expect(await rules.load(mixed)).toEqual({ added: 5 });
      const run = (src: string, dst: string, dport = 80) =>
        engine.testRun(HOOK, tcp({ ip: { src, dst }, dport, window: 60000 }).bytes).data;
      expect(run("10.2.77.1", "10.9.0.1").readUInt16BE(48)).toBe(1000);
      expect(run("10.3.3.77", "10.9.0.1").readUInt16BE(48)).toBe(1000);
      expect(run("10.99.0.1", "10.99.0.2", 4433).readUInt16BE(48)).toBe(7);
      expect(run("10.4.4.4", "10.9.0.1").readUInt16BE(48)).toBe(8);
      expect(run("fd00::7", "fd00::8").readUInt16BE(68)).toBe(1000);
      expect(faults(engine)).toBe(0n);
    });
  });

  it("stop matching after their time to live, and give their place away", async () => {
    await withEngine(async (engine) => {
      await engine.apply(basic());
      const { rules } = engine.policy("p");
      await rules.add({ ...pair(1), ttl: 1 });
      await rules.load([{ ...pair(2), ttl: 1 }, pair(3)]);
      expect([1, 2, 3].map((n) => windowOf(engine, n))).toEqual([1000, 1000, 1000]);
      await new Promise((resume) => setTimeout(resume, 1050));
      expect([1, 2, 3].map((n) => windowOf(engine, n))).toEqual([60000, 60000, 1000]);
      const generation = engine.current().number;
      for (let i = 0; i < 40; i++)
        await rules.add({ ...pair(1), ttl: 0.000001, params: { "set-window": { window: i } } });
      expect(engine.current().number, "no new table for a key whose rule has expired").toBe(generation);
      expect(engine.current().tables.length).toBeLessThan(4);
    });
  });

  it("outlive the process that added them: handles are text", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(basic());
      const text = `${await engine.policy("p").rules.add(pair(1))}`;
      const other = await openEngine({ pinDir, modules });
      expect(await other.policy("p").rules.delete(text)).toBe(true);
      other.close();
      expect(listed(engine)).toHaveLength(0);
    });
  });

  it.each([
    ["parameters", { chain: [setWindow(1500), step("pass")] }, 1500],
    ["chain", { chain: [step("pass"), setWindow(1500), step("pass"), step("pass")] }, 1500],
    ["when", { when: match("ip-pair", { src: "192.0.2.3", dst: "192.0.2.4" }) }, 1000],
    ["onError", { onError: "drop" as const }, 1000],
    ["priority", { priority: 5 }, 1000],
  ])("are carried over a change of %s, with counters, parameters and handles", async (_, change, window) => {
    await withEngine(async (engine) => {
      await engine.apply(basic());
      const { rules } = engine.policy("p");
      const plain = await rules.add(pair(1));
      const own = await rules.add({ ...pair(2), params: { "set-window": { window: 2222 } } });
      await rules.load([pair(3), pair(4)]);
      for (const n of [1, 1, 2, 3]) engine.testRun(HOOK, packet(n));
      await engine.apply(basic(change));
      expect(
        listed(engine)
          .map((r) => [r.match["ip-pair"]?.["src"], r.packets])
          .sort(),
      ).toEqual([
        ["10.1.0.1", 2n],
        ["10.1.0.2", 1n],
        ["10.1.0.3", 1n],
        ["10.1.0.4", 0n],
      ]);
      expect([1, 2, 3, 4, 5].map((n) => windowOf(engine, n))).toEqual([window, 2222, window, window, 60000]);
      expect(await rules.delete(`${plain}`)).toBe(true);
      expect(await rules.delete(own)).toBe(true);
      expect([1, 2, 3].map((n) => windowOf(engine, n))).toEqual([60000, 60000, window]);
      expect(faults(engine)).toBe(0n);
    });
  });

  it("with equal keys: the policy's priority decides, then its name; what is behind comes up", async () => {
    await withEngine(async (engine) => {
      const chain = (window: number) => [setWindow(window)];
      await engine.apply(
        testSet("s", [
          rule("low", { when: nothing, priority: -1, chain: chain(1) }),
          rule("b", { when: nothing, chain: chain(2) }),
          rule("a", { when: nothing, chain: chain(3) }),
        ]),
      );
      const handles = new Map<string, RuleHandle>();
      for (const name of ["low", "a", "b"]) handles.set(name, await engine.policy(name).rules.add(pair(1)));
      const seen = [windowOf(engine, 1)];
      for (const name of ["a", "b", "low"]) {
        expect(await engine.policy(name).rules.delete(handles.get(name) as RuleHandle)).toBe(true);
        seen.push(windowOf(engine, 1));
      }
      expect(seen).toEqual([3, 2, 1, 60000]);
    });
  });

  it("that match the same take the place of the earlier one, however they are added", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(basic());
      const { rules } = engine.policy("p");
      const before = usedIds(pinDir);
      const own = (window: number): RuleInput => ({ ...pair(1), params: { "set-window": { window } } });
      const first = await rules.add(own(2000));
      const second = await rules.add(own(3000));
      expect(windowOf(engine, 1)).toBe(3000);
      expect(listed(engine)).toHaveLength(1);
      expect(usedIds(pinDir), "the row of the first one").toBe(before + 1);
      expect(await rules.delete(first)).toBe(false);
      await rules.load([pair(1), pair(2)]);
      expect(windowOf(engine, 1)).toBe(1000);
      await rules.load([pair(2), own(4000)]);
      expect(listed(engine)).toHaveLength(2);
      expect(windowOf(engine, 1)).toBe(4000);
      expect(await rules.delete(second)).toBe(false);
      await rules.load([pair(3)], { replace: true });
      expect([1, 2, 3].map((n) => windowOf(engine, n))).toEqual([60000, 60000, 1000]);
      expect(usedIds(pinDir)).toBe(before);
      const tables = engine.current().tables.length;
      await rules.add(pair(3));
      expect(engine.current().tables, "no table for what is there already").toHaveLength(tables);
    });
  });

  it("are deleted by number, and leave what they had replaced when they cannot be added", async () => {
    await withEngine(async (engine) => {
      await engine.apply(basic({ capacity: 2 }));
      const { rules } = engine.policy("p");
      const one = await rules.add({ ...pair(1), params: { "set-window": { window: 77 } } });
      await rules.add(pair(2));
      const many = match("ip-pair", { between: ["10.1.0.1", "10.9.0.1"] });
      expect(await codeOf(() => rules.add({ when: many }))).toBe("ERR_EMPTCP_TABLE_FULL");
      expect(windowOf(engine, 1)).toBe(77);
      expect(await rules.delete(one.id)).toBe(true);
      expect(await rules.delete(one.id)).toBe(false);
      expect(windowOf(engine, 1)).toBe(60000);
    });
  });

  it("hold on a hook of the same direction that the set gains; of the other one it is said", async () => {
    await withEngine(async (engine) => {
      const set = (...hooks: Hook[]) =>
        testSet("s", [rule("p", { when: nothing, chain: [setWindow(1000), step("pass")] })], ...hooks);
      await engine.apply(set("tc-ingress"));
      const { rules } = engine.policy("p");
      await rules.add({ ...pair(1), params: { "set-window": { window: 77 } } });
      engine.testRun(HOOK, packet(1));
      const window = (hook: Hook): number =>
        engine.testRun(hook, packet(1, { window: 60000 })).data.readUInt16BE(48);
      expect((await engine.apply(set("tc-ingress", "xdp"))).warnings).toEqual([]);
      expect([window("tc-ingress"), window("xdp")]).toEqual([77, 77]);
      expect(
        listed(engine)
          .map((r) => [r.hook, r.packets])
          .sort(),
      ).toEqual([
        ["tc-ingress", 2n],
        ["xdp", 1n],
      ]);
      const { warnings } = await engine.apply(set("tc-ingress", "tc-egress"));
      expect(warnings).toMatchObject([{ code: "ERR_EMPTCP_RULES_NOT_CARRIED", severity: "warning" }]);
      expect(window("tc-egress")).toBe(60000);
    });
  });

  it("fill a table up to the policy's capacity; what is too much leaves nothing behind", async () => {
    await withEngine(async (engine) => {
      const both = match("ip-pair", { between: ["10.1.0.8", "10.9.0.1"] });
      await engine.apply(
        basic({ when: match("ip-pair", { src: "192.0.2.1", dst: "192.0.2.2" }), capacity: 8 }),
      );
      const { rules } = engine.policy("p");
      for (let n = 0; n < 7; n++) await rules.add(pair(n));
      expect(await codeOf(() => rules.add({ when: both, params: { "set-window": { window: 1 } } }))).toBe(
        "ERR_EMPTCP_TABLE_FULL",
      );
      expect(windowOf(engine, 8), "half a rule").toBe(60000);
      expect(listed(engine)).toHaveLength(7);
      await rules.add(pair(7));
      const error = await rules.add(pair(9)).catch((e: Error) => e);
      expect(error).toMatchObject({ code: "ERR_EMPTCP_TABLE_FULL" });
      expect((error as Error).message).toContain("8 rules");
      expect(listed(engine)).toHaveLength(8);
      expect(await codeOf(() => rules.load([pair(10), pair(11)]))).toBe("ERR_EMPTCP_TABLE_FULL");
    });
  });

  it("have the capacity of their own policy, whatever others of the set say", async () => {
    await withEngine(async (engine) => {
      await engine.apply(
        testSet("s", [
          rule("few", { when: nothing, capacity: 2 }),
          rule("many", { when: match("ip-pair", { src: "192.0.2.3", dst: "192.0.2.4" }), capacity: 50 }),
        ]),
      );
      for (let n = 0; n < 50; n++) await engine.policy("many").rules.add(pair(n));
      expect(listed(engine, "many")).toHaveLength(50);
    });
  });

  it("of a new shape make a new generation, and keep what was counted", async () => {
    await withEngine(async (engine) => {
      await engine.apply(basic());
      const { rules } = engine.policy("p");
      await rules.add(pair(1));
      engine.testRun(HOOK, packet(1));
      const before = engine.current();
      await rules.add({ when: { kind: "not", of: match("port", { dst: "1-1023" }) } });
      expect(engine.current().number).toBeGreaterThan(before.number);
      engine.testRun(HOOK, udp({ dport: 53 }).bytes);
      engine.testRun(HOOK, udp({ dport: 5300 }).bytes);
      engine.testRun(HOOK, packet(1, { dport: 80 }));
      expect(hits(engine)).toEqual({ "s/p": 3 });
      expect(
        listed(engine)
          .map((r) => r.packets)
          .sort(),
      ).toEqual([1n, 2n]);
      expect(faults(engine)).toBe(0n);
    });
  });

  it("give rows, negations and tables back", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(basic());
      const { rules } = engine.policy("p");
      const before = usedIds(pinDir);
      const own = (n: number): RuleInput => ({ ...pair(n), params: { "set-window": { window: n } } });
      for (let round = 0; round < 3; round++) {
        const handles: RuleHandle[] = [];
        for (let n = 0; n < 3; n++) handles.push(await rules.add(own(n)));
        expect(usedIds(pinDir)).toBe(before + 3);
        handles[0] = await rules.replace(handles[0] as RuleHandle, own(0));
        await engine.apply(basic({ chain: [setWindow(round), step("pass")] }));
        expect(usedIds(pinDir)).toBe(before + 3);
        await rules.add({ ...own(7), ttl: 0.000001 });
        handles.push(await rules.add(own(7)));
        for (const handle of handles) expect(await rules.delete(handle)).toBe(true);
        expect(usedIds(pinDir)).toBe(before);
      }
    });
  });

  it("of conditions that are gone leave no negation behind", async () => {
    await withEngine(async (engine, pinDir) => {
      const but = (bits: number) => ({
        kind: "not" as const,
        of: match("ip-pair", { src: `10.0.0.0/${bits}` }),
      });
      await engine.apply(basic({ when: but(8) }));
      const before = { used: usedIds(pinDir), tables: engine.current().tables.length };
      for (let bits = 9; bits <= 32; bits++) await engine.apply(basic({ when: but(bits) }));
      expect({ used: usedIds(pinDir), tables: engine.current().tables.length }).toEqual(before);
      expect(engine.current().literals).toHaveLength(1);
      engine.testRun(HOOK, tcp({ ip: { src: "10.0.0.0", dst: "10.9.0.1" } }).bytes);
      expect(hits(engine)).toEqual({ "s/p": 0 });
      engine.testRun(HOOK, packet(1));
      expect(hits(engine)).toEqual({ "s/p": 1 });
    });
  });

  it("with a wrong condition or parameter change nothing", async () => {
    await withEngine(async (engine) => {
      await engine.apply(basic());
      const { rules } = engine.policy("p");
      const wrong: [RuleInput, RegExp][] = [
        [{ when: match("no-such", {}) }, /UNKNOWN_MODULE/],
        [{ when: match("ip-pair", { src: "10.0.0.300" }) }, /PARAM|MALFORMED/],
        [{ ...pair(1), params: { drop: {} } }, /UNKNOWN_MODULE/],
        [{ ...pair(1), params: { "set-window": { window: 70000 } } }, /PARAM/],
        [{ ...pair(1), params: { "set-window": { windw: 1 } } }, /PARAM/],
      ];
      for (const [input, code] of wrong) {
        const error = await rules.add(input).then(
          () => undefined,
          (e: Error & { code?: string; problems?: { code: string }[] }) =>
            `${e.code} ${e.problems?.map((p) => p.code).join()}`,
        );
        expect(error, JSON.stringify(input)).toMatch(code);
      }
      expect(listed(engine)).toHaveLength(0);
      expect(await codeOf(() => engine.policy("nobody"))).toBe("ERR_EMPTCP_UNKNOWN_POLICY");
      expect(await codeOf(() => rules.delete("7:nonsense"))).toBe("ERR_EMPTCP_UNKNOWN_RULE");
    });
  });
});
