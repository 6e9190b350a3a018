import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOOKS, ModuleCatalog, openEngine, type Engine, type Hook } from "@emptcp/core";
import { BpfMap } from "@emptcp/core/libbpf";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import { obedient, order, type Order } from "./obedient.js";
import {
  codeOf,
  everything,
  faults,
  match,
  modules,
  pinsOf,
  rule,
  startChild,
  step,
  testSet,
  until,
  withEngine,
} from "./support.js";
import { begin, byPacket, short, traced } from "./tracing.js";

const workshop = new ModuleWorkshop();
let catalog: ModuleCatalog;

beforeAll(async () => {
  catalog = ModuleCatalog.of([...modules.list(), await workshop.make(obedient)]);
});
afterAll(() => workshop.remove());

const setWindow = (window: number) => step("set-window", { window, onlyLower: false });
const windowAt = (bytes: Buffer): number => bytes.readUInt16BE(48);
const golden = (hook: Hook) =>
  testSet(
    "s",
    [
      rule("first", {
        when: match("port", { dst: 443 }),
        chain: [setWindow(1000), setWindow(900), step("pass")],
        continue: true,
        priority: 2,
      }),
      rule("none", { when: match("port", { dst: 443 }), chain: [], continue: true, priority: 1 }),
      rule("last", { when: match("port", { dst: "400-500" }), chain: [step("drop")] }),
    ],
    hook,
  );

describe("a trace", () => {
  it.each(HOOKS)("tells every hop at %s, with the bytes before and after", async (hook) => {
    await withEngine(async (engine) => {
      await engine.apply(golden(hook));
      const hops = await traced(engine, {}, 2, () => {
        engine.testRun(hook, tcp({ dport: 443, window: 60000, payload: Buffer.alloc(500, 7) }).bytes);
        engine.testRun(hook, tcp({ dport: 600, window: 60000 }).bytes);
      });
      expect(byPacket(hops)).toEqual([
        [
          "first entry chain",
          "first 0 set-window next",
          "first 1 set-window next",
          "first 2 pass next",
          "none entry chain",
          "none 0  next",
          "last entry chain",
          "last 0 drop drop -> drop",
        ],
        ["- entry none -> pass"],
      ]);
      const windows = hops.map((h) => [windowAt(h.before), windowAt(h.after)]);
      const same = (n: number): number[][] => [[n, n]];
      expect(windows).toEqual([
        ...[
          [60000, 60000],
          [60000, 1000],
          [1000, 900],
        ],
        ...[...same(900), ...same(900), ...same(900), ...same(900), ...same(900), ...same(60000)],
      ]);
      const { generation } = hops[0] ?? {};
      for (const hop of hops) {
        expect(hop).toMatchObject({ hook, generation, port: { name: "@test", layer3: false } });
        expect(hop.length).toEqual({ before: hop.length.after, after: hop.length.after });
        expect(hop.before).toHaveLength(Math.min(128, hop.length.before));
        expect(hop.ns).toBeLessThan(1e9);
        expect(hop.rule).toBeUndefined();
      }
      expect(hops.map((h) => h.length.before)).toEqual([...Array<number>(8).fill(554), 54]);
      expect(hops[1]?.step).toMatchObject({ version: modules.get("set-window")?.manifest.version });
      expect(faults(engine)).toBe(0n);
    });
  });

  it("names every way a chain ends, and what became of the packet", async () => {
    await withEngine(
      async (engine) => {
        const chain = [step("obedient")];
        for (const hook of HOOKS) {
          for (const onError of ["pass", "drop"] as const) {
            await engine.apply(testSet("s", [rule("p", { chain, onError, when: everything })], hook));
            const sent: Order[] = ["next", "drop", "pass", "fail", "other", "redirect", "refuse"];
            const hops = await traced(engine, {}, sent.length + 1, () => {
              for (const what of sent) engine.testRun(hook, order(what));
              engine.testRun(hook, order("fail", { flags: ["syn"] }));
            });
            expect(hops.filter((h) => h.at === "step").map((h) => short(h).slice(13))).toEqual([
              ...["pass -> pass", "drop -> drop", "pass -> pass", `fail -> ${onError}`, "other 3 -> other 3"],
              ...["redirect -> redirect", "pass -> pass", "fail -> pass"],
            ]);
          }
        }
      },
      { modules: catalog },
    );
  });

  it("follows a packet that is matched again, under one number", async () => {
    await withEngine(
      async (engine) => {
        await engine.apply(testSet("s", [rule("p", { chain: [step("obedient")] })], "xdp"));
        const hops = await traced(engine, { sample: 1 }, 1, () => engine.testRun("xdp", order("again")));
        const round = ["p entry chain", "p 0 obedient again"];
        expect(byPacket(hops)).toEqual([[...round, ...round, round[0], "p 0 obedient again -> pass"]]);
      },
      { modules: catalog },
    );
  });

  it("tells which rule matched, and chains that lead nowhere", async () => {
    await withEngine(async (engine, pinDir) => {
      const p = rule("p", {
        when: match("port", { dst: 1 }),
        chain: [step("pass"), step("drop")],
        onError: "drop",
      });
      await engine.apply(testSet("s", [p], "tc-egress"));
      const handle = await engine.policy("p").rules.add({ when: match("port", { dst: 443 }) });
      const remove = (slot: number): void => {
        using steps = BpfMap.fromPin(join(pinDir, "programs", `${engine.current().slot}`, "steps_tc_egress"));
        const key = Buffer.alloc(4);
        key.writeUInt32LE(slot);
        steps.delete(key);
      };
      const hops = await traced(engine, {}, 2, () => {
        const { steps, policies } = engine.current();
        remove(steps.find((s) => s.module === "drop")?.slot ?? 0);
        engine.testRun("tc-egress", tcp({ dport: 443 }).bytes);
        remove(policies[0]?.first ?? 0);
        engine.testRun("tc-egress", tcp({ dport: 443 }).bytes);
      });
      expect(byPacket(hops)).toEqual([
        ["p entry chain", "p 0 pass next", "p 0 pass missed -> drop"],
        ["p entry chain", "p entry missed -> drop"],
      ]);
      expect(hops[0]?.rule).toBe(handle.id);
      expect(hops[2]).toMatchObject({ before: Buffer.alloc(0), after: Buffer.alloc(0) });
    });
  });

  it("captures as much as asked for, of short packets what there is", async () => {
    await withEngine(async (engine) => {
      await engine.apply(testSet("s", [rule("p", { chain: [setWindow(7)] })], "xdp"));
      for (const capture of [0, 1, 50, 256]) {
        const bytes = [0, 400].map((n) => tcp({ window: 9999, payload: Buffer.alloc(n, 3) }).bytes);
        const hops = await traced(engine, {}, 2, () => bytes.forEach((b) => engine.testRun("xdp", b)), {
          capture,
        });
        expect(hops.map((h) => h.before.length)).toEqual([54, 54, 454, 454].map((n) => Math.min(n, capture)));
        expect(hops[1]?.after).toHaveLength(Math.min(54, capture));
        expect(hops[2]?.before).toEqual(Buffer.from(bytes[1] as Uint8Array).subarray(0, capture));
      }
    });
  });
});

describe("a trace that runs", () => {
  const set = () => testSet("s", [rule("p", { chain: [setWindow(5)] })], "xdp");
  const packet = Buffer.from(tcp({ dport: 443, window: 60000 }).bytes);
  const off = (pinDir: string): void =>
    expect(pinsOf(pinDir).filter((p) => /trace|time/.test(p))).toEqual([]);

  it("follows policies that are applied meanwhile, and says which generation was met", async () => {
    await withEngine(async (engine) => {
      await engine.apply(set());
      const trace = await begin(engine);
      const expected: [number, string][] = [];
      for (let i = 0; i < 5; i++) {
        const chain = Array.from({ length: 1 + i }, () => step("pass"));
        const name = i % 2 === 0 ? "p" : `q${i}`;
        if (i === 3) await engine.refresh();
        else await engine.apply(testSet("s", [rule(name, { chain })], "xdp"), { rebuild: i === 4 });
        engine.testRun("xdp", packet);
        expected.push([engine.current().number, engine.current().policies[0]?.name ?? ""]);
      }
      await until("hops", () => trace.hops.filter((h) => h.final).length === 5);
      await trace.end();
      const entries = trace.hops.filter((h) => h.at === "entry");
      expect(entries.map((h) => [h.generation, h.policy?.name])).toEqual(expected);
      expect(trace.lost()).toBe(0n);
      expect(engine.current().instrument.trace).toBe(false);
    });
  });

  it("leaves nothing behind, whether it ends by itself, by a break, by an error or by a signal", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(set());
      const pins = (): string[] => pinsOf(pinDir).filter((p) => /^(?:maps|ports|tables)/.test(p));
      const before = pins();
      const sending = setInterval(() => engine.testRun("xdp", packet), 5);
      try {
        let told = 0;
        for await (const { final } of engine.trace({}, { packets: 3 })) if (final) told++;
        expect(told).toBe(3);
        off(pinDir);
        for await (const hop of engine.trace()) {
          expect(hop.packet).toBeDefined();
          break;
        }
        off(pinDir);
        const failing = async (): Promise<void> => {
          for await (const hop of engine.trace()) throw new Error(`tell ${hop.at}`);
        };
        await expect(failing()).rejects.toThrow("tell entry");
        off(pinDir);
        const signal = AbortSignal.timeout(30);
        for await (const hop of engine.trace({ proto: "udp" }, { signal })) expect(hop).toBeUndefined();
        off(pinDir);
      } finally {
        clearInterval(sending);
      }
      expect(engine.testRun("xdp", packet).data.readUInt16BE(48)).toBe(5);
      expect(pins()).toEqual(before);
    });
  });

  it("ends with the engine that it traces, and leaves the next one alone", async () => {
    await withEngine(async (engine) => {
      const set = testSet("web", [rule("a")]);
      await engine.apply(set);
      const onStart = async (): Promise<void> => {
        await engine.detach();
        await engine.apply(set);
      };
      let begun = Promise.resolve();
      for await (const hop of engine.trace({}, { onStart: () => void (begun = onStart()) }))
        expect(hop).toBeNull();
      await begun;
      expect(engine.current().number).toBe(1);
    });
  });

  it("is the only one", async () => {
    await withEngine(async (engine, pinDir) => {
      const ask = (e: Engine) => e.trace()[Symbol.asyncIterator]().next();
      expect(await codeOf(() => ask(engine))).toBe("ERR_EMPTCP_NOT_RUNNING");
      await engine.apply(set());
      const trace = await begin(engine);
      const other = await openEngine({ pinDir, modules });
      expect(await codeOf(() => ask(other))).toBe("ERR_EMPTCP_TRACE_BUSY");
      other.close();
      await trace.end();
      expect((await traced(engine, {}, 1, () => engine.testRun("xdp", packet))).length).toBe(2);
    });
  });

  it("counts what nobody read in time, and tells the rest", async () => {
    await withEngine(async (engine) => {
      await engine.apply(set());
      const trace = await begin(engine, {}, { ringBytes: 4096, capture: 0 });
      const sent = 100;
      for (let i = 0; i < sent; i++) engine.testRun("xdp", packet); // nothing is read while this runs
      await until("records to be read", () => trace.hops.length + Number(trace.lost()) === 2 * sent);
      expect(trace.lost()).toBeGreaterThan(0n);
      expect(trace.hops.length).toBeGreaterThan(0);
      engine.testRun("xdp", packet);
      await until(
        "new records",
        () => trace.hops.at(-1)?.packet === BigInt(sent + 1) || trace.hops.length > 56,
      );
      await trace.end();
      expect(trace.lost()).toBe(engine.counters().traceLost);
    });
  });

  it("whose process is killed leaves policies in force, and is gone with the next change", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(set());
      const child = startChild({ pinDir, trace: {} });
      await until("the trace of the child", () => engine.current().instrument.trace);
      child.process.kill("SIGKILL");
      await child.done;
      expect(engine.testRun("xdp", packet).data.readUInt16BE(48)).toBe(5);
      expect(engine.current().instrument.trace).toBe(true);
      await engine.refresh();
      expect(engine.current().instrument.trace).toBe(false);
      off(pinDir);
      expect(engine.testRun("xdp", packet).data.readUInt16BE(48)).toBe(5);
      expect(faults(engine)).toBe(0n);
    });
  });

  it("takes the place of one whose process was killed", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(set());
      const child = startChild({ pinDir, trace: {} });
      await until("the trace of the child", () => engine.current().instrument.trace);
      child.process.kill("SIGKILL");
      await child.done;
      const hops = await traced(engine, {}, 1, () => engine.testRun("xdp", packet));
      expect(hops.map(short)).toEqual(["p entry chain", "p 0 set-window pass -> pass"]);
      off(pinDir);
    });
  });
});
