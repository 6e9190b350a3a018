import { describe, expect, it } from "vitest";
import { openEngine, type Engine, type RuleInput } from "@emptcp/core";
import { tcp } from "@emptcp/testing";
import {
  detachAll,
  expectGone,
  faults,
  footprint,
  isGone,
  match,
  modules,
  newPinDir,
  pinsOf,
  rule,
  runChild,
  startChild,
  step,
  testSet,
  usedIds,
  withEngine,
} from "./support.js";

const STEPS = ["compile", "place", "programs", "attach", "connect", "bank", "manifest", "switch", "clean"];
const HOOK = "tc-ingress";
const setWindow = (window: number) => step("set-window", { window, onlyLower: false });
const windowAt = (engine: Engine, dport: number): number =>
  engine.testRun(HOOK, tcp({ dport, window: 60000 }).bytes).data.readUInt16BE(48);
const version = (n: number) =>
  testSet("s", [
    rule("p", {
      when: match("port", { dst: 443 }),
      chain: [setWindow(n), ...Array.from({ length: n % 7 }, () => step("pass"))],
    }),
    rule("q", {
      when: { kind: "not", of: match("port", { dst: n < 2000 ? "1-1023" : "1-2047" }) },
      chain: [setWindow(n)],
      priority: -1,
    }),
  ]);
const own: RuleInput = { when: match("port", { dst: 80 }), params: { "set-window": { window: 77 } } };

/** What packets see of a version: the first policy, an added rule with parameters of its own, the second policy. */
const seen = (engine: Engine): number[] => [443, 80, 60001].map((port) => windowAt(engine, port));
const ofVersion = (n: number): number[] => [n, 77, n];

/** Kills a process that applies version 2000 over version 1000 before a step, and looks at what is left. */
async function killedAt(at: string, calm: readonly number[]): Promise<void> {
  const pinDir = newPinDir();
  const engine = await openEngine({ pinDir, modules });
  try {
    await engine.apply(version(1000));
    await engine.policy("p").rules.add(own);
    const result = await runChild({ pinDir, apply: version(2000), kill: at });
    expect(result.signal, result.output).toBe("SIGKILL");
    expect(seen(engine), `killed before ${at}`).toEqual(ofVersion(at === "clean" ? 2000 : 1000));
    expect(engine.list()).toHaveLength(1);
    const crashed = footprint(pinDir);
    await engine.apply(version(3000));
    expect(seen(engine)).toEqual(ofVersion(3000));
    expect(faults(engine)).toBe(0n);
    const last = footprint(pinDir);
    // As many pins and ids as without the crash.
    expect([pinsOf(pinDir).length, usedIds(pinDir)]).toEqual(calm);
    await engine.detach();
    expect(isGone(pinDir)).toBe(true);
    await expectGone(crashed);
    await expectGone(last);
  } finally {
    await detachAll(pinDir);
    engine.close();
  }
}

describe("a process that is killed", () => {
  it("at any step of a commit leaves the old generation or the new one, and the next writer cleans up", async () => {
    const calm = await withEngine(async (engine, pinDir) => {
      await engine.apply(version(1000));
      await engine.policy("p").rules.add(own);
      await engine.apply(version(3000));
      return [pinsOf(pinDir).length, usedIds(pinDir)];
    });
    for (let i = 0; i < STEPS.length; i += 3) {
      await Promise.all(STEPS.slice(i, i + 3).map((at) => killedAt(at, calm)));
    }
  });

  it("at any step of the first commit leaves nothing that acts", async () => {
    await Promise.all(
      ["compile", "attach", "switch"].map(async (at) => {
        const pinDir = newPinDir();
        await withEngine(
          async (engine) => {
            expect((await runChild({ pinDir, apply: version(1), kill: at })).signal).toBe("SIGKILL");
            expect(engine.list()).toEqual([]);
            await engine.apply(version(1000));
            expect(windowAt(engine, 443)).toBe(1000);
          },
          { pinDir },
        );
        expect(isGone(pinDir)).toBe(true);
      }),
    );
  });

  it("while it loads rules leaves whole rules", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(version(1000));
      const rules: RuleInput[] = Array.from({ length: 300 }, (_, n) => ({
        when: match("ip-pair", { src: `10.1.${n >> 8}.${n & 255}`, dst: "10.0.0.9" }),
      }));
      const command = { pinDir, rules: { policy: "p", load: rules }, killAt: 299 };
      expect((await runChild({ ...command, kill: "load" })).signal).toBe("SIGKILL");
      expect(windowAt(engine, 443)).toBe(1000);
      expect(await engine.policy("p").rules.load(rules)).toEqual({ added: 300 });
      expect([...engine.policy("p").rules.list()].filter((r) => r.handle)).toHaveLength(300);
    });
  });

  it("while it adds, replaces and deletes rules leaks nothing", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(version(1000));
      const { rules } = engine.policy("p");
      const before = usedIds(pinDir);
      const churn: RuleInput[] = Array.from({ length: 12 }, (_, n) => ({
        when: match("ip-pair", { src: `10.1.0.${n}`, dst: `10.0.0.0/${24 + (n % 3)}` }),
        params: { "set-window": { window: n } },
      }));
      for (const delay of [5, 60]) {
        const child = startChild({ pinDir, rules: { policy: "p", churn } });
        await new Promise<void>((resolve) => child.process.stdout?.once("data", () => resolve()));
        await new Promise((resume) => setTimeout(resume, delay));
        child.process.kill("SIGKILL");
        await child.done;
        expect(windowAt(engine, 443)).toBe(1000);
        await engine.refresh();
        for (const { handle } of [...rules.list()]) if (handle) expect(await rules.delete(handle)).toBe(true);
        await engine.apply(version(1000));
        expect(usedIds(pinDir)).toBe(before);
      }
      expect(faults(engine)).toBe(0n);
    });
  });
});
