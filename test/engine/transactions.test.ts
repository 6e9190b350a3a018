import { afterAll, describe, expect, it } from "vitest";
import { ModuleCatalog, openEngine, ProblemsError, type Engine, type PolicySet } from "@emptcp/core";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import {
  codeOf,
  detachAll,
  faults,
  hits,
  match,
  modules,
  newPinDir,
  pinsOf,
  rule,
  runChild,
  step,
  testSet,
  usedIds,
  withEngine,
} from "./support.js";

const HOOK = "tc-ingress";
const workshop = new ModuleWorkshop();
afterAll(() => workshop.remove());

const setWindow = (window: number) => step("set-window", { window, onlyLower: false });
const webAndMail = (n: number): PolicySet[] => [
  testSet("web", [rule("p", { when: match("port", { dst: 443 }), chain: [setWindow(n)] })]),
  testSet("mail", [rule("p", { when: match("port", { dst: 25 }), chain: [step("pass"), setWindow(n + 1)] })]),
];
const windowAt = (engine: Engine, dport: number): number =>
  engine.testRun(HOOK, tcp({ dport, window: 60000 }).bytes).data.readUInt16BE(48);
const seen = (engine: Engine): number[] => [443, 25].map((port) => windowAt(engine, port));
const names = (engine: Engine): string[] => engine.list().map((s) => s.name);

describe("several policy sets", () => {
  it("go into effect in one generation, and only those that are named change", async () => {
    await withEngine(async (engine) => {
      await engine.apply(testSet("old", [rule("o", { priority: -1 })]));
      const result = await engine.apply(webAndMail(1000));
      expect(result).toMatchObject({
        generation: 2,
        unchanged: false,
        changes: [
          { set: "web", change: "added" },
          { set: "mail", change: "added" },
        ],
      });
      expect(seen(engine)).toEqual([1000, 1001]);
      expect(names(engine)).toEqual(["mail", "old", "web"]);
      const [web] = webAndMail(2000) as [PolicySet];
      const again = await engine.apply([web, ...webAndMail(1000).slice(1)]);
      expect(again.changes.map((c) => c.change)).toEqual(["changed", "unchanged"]);
      expect(again.unchanged).toBe(false);
      expect((await engine.apply(webAndMail(2000).slice(0, 1))).unchanged).toBe(true);
      expect(seen(engine)).toEqual([2000, 1001]);
    });
  });

  it("are all refused when one is wrong, with everything that is wrong with any of them", async () => {
    await withEngine(async (engine) => {
      await engine.apply(webAndMail(1000));
      const [web] = webAndMail(2000) as [PolicySet];
      const wrong = [
        web,
        testSet("bad", [rule("p", { chain: [step("no-such")] })]),
        testSet("worse", [rule("q", { chain: [setWindow(-1)] })]),
      ];
      const error = await engine.apply(wrong).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ProblemsError);
      expect((error as ProblemsError).problems.map((p) => [p.path.slice(0, 7), p.code])).toEqual([
        ["sets[1]", "ERR_EMPTCP_UNKNOWN_MODULE"],
        ["sets[2]", "ERR_EMPTCP_PARAM"],
      ]);
      expect(await codeOf(() => engine.apply([web, web]))).toBe("ERR_EMPTCP_POLICY");
      expect(engine.current().number).toBe(1);
      expect(seen(engine)).toEqual([1000, 1001]);
    });
  });

  it("replace all that run when told so", async () => {
    await withEngine(async (engine) => {
      await engine.apply(webAndMail(1000));
      const { changes } = await engine.apply(testSet("new", [rule("n")]), { prune: true });
      expect(changes).toEqual([
        { set: "new", change: "added" },
        { set: "mail", change: "removed" },
        { set: "web", change: "removed" },
      ]);
      expect(names(engine)).toEqual(["new"]);
      await engine.replace(webAndMail(3000));
      expect(names(engine)).toEqual(["mail", "web"]);
      await engine.delete(["mail", "web"]);
      expect([names(engine), engine.current().number]).toEqual([[], 4]);
      expect(await codeOf(() => engine.delete(["mail"]))).toBe("ERR_EMPTCP_UNKNOWN_SET");
    });
  });

  it("are all there or none, wherever their writer is killed", async () => {
    const steps = [
      "compile",
      "place",
      "programs",
      "attach",
      "connect",
      "bank",
      "manifest",
      "prepare",
      "switch",
      "clean",
    ];
    const killedAt = async (kill: string): Promise<void> => {
      const pinDir = newPinDir();
      const engine = await openEngine({ pinDir, modules });
      try {
        await engine.apply(webAndMail(1000));
        const apply = [...webAndMail(2000), testSet("third", [rule("t", { priority: -1 })])];
        const result = await runChild({ pinDir, apply, kill });
        expect(result.signal, result.output).toBe("SIGKILL");
        const isNew = kill === "clean";
        expect(seen(engine), `killed before ${kill}`).toEqual(isNew ? [2000, 2001] : [1000, 1001]);
        expect(names(engine)).toEqual(isNew ? ["mail", "third", "web"] : ["mail", "web"]);
        await engine.apply(webAndMail(3000), { prune: true });
        expect(seen(engine)).toEqual([3000, 3001]);
        expect(faults(engine)).toBe(0n);
        expect([pinsOf(pinDir).length, usedIds(pinDir)]).toEqual(await calm);
      } finally {
        await detachAll(pinDir);
        engine.close();
      }
    };
    const calm = withEngine(async (engine, pinDir) => {
      await engine.apply(webAndMail(1000));
      await engine.apply(webAndMail(3000), { prune: true });
      return [pinsOf(pinDir).length, usedIds(pinDir)];
    });
    await calm;
    for (let i = 0; i < steps.length; i += 3) await Promise.all(steps.slice(i, i + 3).map(killedAt));
  });
});

describe("modules of one name", () => {
  const source = (verdict: string): string => `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/actor.bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} tally_count SEC(".maps");

struct params {
	__u8 unused;
};

EMPTCP_ACTOR(tally, struct params)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&tally_count, &zero);

	if (count)
		__sync_fetch_and_add(count, 1);
	return ${verdict};
}
`;
  const map = {
    name: "tally_count",
    type: "array",
    keySize: 4,
    valueSize: 8,
    maxEntries: 1,
    flags: 0,
    scope: "module",
    shared: false,
  } as const;

  it("of two packages run at the same time, each with its own programs and state", async () => {
    const manifest = { kind: "actor", module: "tally", maps: [map], paramsSize: 1 } as const;
    const own = await workshop.make({ manifest: { ...manifest, powers: [] }, source: source("EMPTCP_PASS") });
    const other = await workshop.make({
      manifest: { ...manifest, name: "@other/actor-tally", version: "0.2.0", powers: ["drop"] },
      source: source("EMPTCP_DROP"),
    });
    const catalog = ModuleCatalog.of([...modules.list(), own, other]);
    await withEngine(
      async (engine) => {
        const set = (name: string, dst: number, choice: string): PolicySet => ({
          ...testSet(name, [rule("p", { when: match("port", { dst }), chain: [step("tally")] })]),
          modules: { tally: choice },
        });
        const plain = testSet("plain", [rule("p", { chain: [step("tally")] })]);
        expect(await codeOf(() => engine.apply(plain))).toBe("ERR_EMPTCP_POLICY");
        await engine.apply([set("a", 80, "@test/actor-tally"), set("b", 81, "@other/actor-tally")]);
        const verdicts = [80, 81, 80].map((dport) => engine.testRun(HOOK, tcp({ dport }).bytes).verdict);
        expect(verdicts).toEqual([-1, 2, -1]);
        const counted = ["@test/actor-tally", "@other/actor-tally"].map((name) => {
          using counts = engine.moduleMap(name, "tally_count");
          return counts.lookup(Buffer.alloc(4))?.readBigUInt64LE();
        });
        expect(counted).toEqual([2n, 1n]);
        expect(engine.current().modules.filter((m) => m.name === "tally")).toMatchObject([
          { package: "@other/actor-tally", version: "0.2.0" },
          { package: "@test/actor-tally", version: "0.1.0" },
        ]);
        // Another choice is another program: the counters of the policy begin anew, and the old state goes.
        await engine.apply(set("a", 80, "@other/actor-tally"));
        expect(engine.testRun(HOOK, tcp({ dport: 80 }).bytes).verdict).toBe(2);
        expect(hits(engine)).toMatchObject({ "a/p": 1 });
        expect(engine.current().modules.filter((m) => m.name === "tally")).toHaveLength(1);
      },
      { modules: catalog },
    );
  });

  it("are meant by the rules of their own set", async () => {
    const manifest = { kind: "actor", module: "tally", maps: [map], paramsSize: 1 } as const;
    const a = await workshop.make({ manifest, source: source("EMPTCP_NEXT") });
    const b = await workshop.make({
      manifest: { ...manifest, name: "@other/actor-tally" },
      source: source("EMPTCP_NEXT"),
    });
    await withEngine(
      async (engine) => {
        const nothing = match("port", { dst: 1 });
        const set = (name: string, choice: string): PolicySet => ({
          ...testSet(name, [rule("p", { when: nothing, chain: [step("tally"), setWindow(5)] })]),
          modules: { tally: choice },
        });
        await engine.apply([set("a", "@test/actor-tally"), set("b", "@other/actor-tally")]);
        const { rules } = engine.policy("b/p");
        await rules.add({ when: match("port", { dst: 25 }), params: { "set-window": { window: 7 } } });
        expect(windowAt(engine, 25)).toBe(7);
        expect([...rules.list()].find((r) => r.handle)?.match).toEqual({ port: { dst: "25" } });
      },
      { modules: ModuleCatalog.of([...modules.list(), a, b]) },
    );
  });
});
