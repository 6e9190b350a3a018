import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  EmptcpError,
  ModuleCatalog,
  openEngine,
  policySet,
  ProblemsError,
  type InstalledModule,
  type Policy,
  type PolicySet,
} from "@emptcp/core";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import {
  footprint,
  isGone,
  match,
  modules,
  openBpfFds,
  pinsOf,
  rule,
  step,
  testSet,
  withEngine,
} from "./support.js";

const HOOK = "tc-ingress";
const setWindow = (window: number) => step("set-window", { window, onlyLower: false });
const packet = tcp({ dport: 443, window: 60000 }).bytes;

/** An actor with a map of its own; the size of its values makes the version. */
const counting = (valueSize: number) => ({
  manifest: {
    kind: "actor" as const,
    module: "counting",
    maps: [
      {
        name: "counts",
        type: "array",
        keySize: 4,
        valueSize,
        maxEntries: 4,
        flags: 0,
        scope: "module",
        shared: false,
      },
    ] as never,
  },
  hooks: [HOOK] as const,
  source: `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/actor.bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__uint(value_size, ${valueSize});
} counts SEC(".maps");

EMPTCP_ACTOR0(counting)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&counts, &zero);

	if (count)
		(*count)++;
	return EMPTCP_NEXT;
}
`,
});

const careless = {
  manifest: { kind: "actor" as const, module: "careless" },
  hooks: [HOOK] as const,
  source: `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(careless)
{
	return *(volatile __u8 *)(emptcp_data(ctx) + 1000) ? EMPTCP_NEXT : EMPTCP_PASS;
}
`,
};

describe("what is wrong changes nothing:", () => {
  const workshop = new ModuleWorkshop();
  let small: InstalledModule;
  let large: InstalledModule;
  let bad: InstalledModule;
  let changed: InstalledModule;

  beforeAll(async () => {
    [small, large, bad] = await Promise.all([
      workshop.make(counting(8)),
      workshop.make(counting(16)),
      workshop.make(careless),
    ]);
    const original = modules.get("drop") as InstalledModule;
    const dir = join(workshop.directory, "changed");
    cpSync(join(original.dir, "dist"), join(dir, "dist"), { recursive: true });
    const file = join(dir, "dist", original.manifest.objects[HOOK]?.file ?? "");
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    writeFileSync(file, bytes);
    changed = { ...original, dir };
  });

  afterAll(() => workshop.remove());

  const catalogOf = (...extra: readonly InstalledModule[]): ModuleCatalog =>
    ModuleCatalog.of([
      ...modules.list().filter((m) => !extra.some((e) => e.manifest.module === m.manifest.module)),
      ...extra,
    ]);
  const chained = (...chain: Policy["chain"]): PolicySet => testSet("wrong", [rule("p", { chain })]);
  const on = (name: string): PolicySet =>
    policySet("wrong", { attach: { "tc-ingress": [name] }, policies: [rule("p")] });
  const drop = (parts: object): InstalledModule => {
    const original = modules.get("drop") as InstalledModule;
    return { ...original, manifest: { ...original.manifest, ...parts } };
  };

  const cases: [what: string, code: string, set: PolicySet, words: RegExp, extra?: () => InstalledModule][] =
    [
      ["an unknown module", "UNKNOWN_MODULE", chained(step("no-such")), /no-such/],
      [
        "an unknown selector",
        "UNKNOWN_MODULE",
        testSet("wrong", [rule("p", { when: match("no-such") })]),
        /no-such/,
      ],
      ["a selector in a chain", "MODULE_KIND", chained(step("port")), /port/],
      [
        "an unknown parameter",
        "UNKNOWN_PARAM",
        chained(step("set-window", { window: 1, windw: 2 })),
        /windw/,
      ],
      ["a missing parameter", "MISSING_PARAM", chained(step("set-window")), /window/],
      ["a parameter out of range", "PARAM", chained(setWindow(70000)), /70000/],
      ["a parameter of the wrong type", "PARAM", chained(step("set-window", { window: "wide" })), /wide/],
      ["an unknown interface", "UNKNOWN_INTERFACE", on("emptcp-none0"), /emptcp-none0/],
      ["an unknown namespace", "UNKNOWN_NAMESPACE", on("emptcp-none/eth0"), /emptcp-none/],
      [
        "a chain that is too long",
        "CHAIN_LENGTH",
        chained(...Array.from({ length: 29 }, () => step("pass"))),
        /29/,
      ],
      ["a module of another abi", "ABI", chained(step("drop")), /abi 2/, () => drop({ abi: 2 })],
      [
        "a module for another core",
        "CORE_RANGE",
        chained(step("drop")),
        /9\.0/,
        () => drop({ core: "^9.0.0" }),
      ],
      ["an object that was changed", "DIGEST", chained(step("drop")), /drop/, () => changed],
      [
        "an object that is not there",
        "OBJECT_MISSING",
        chained(step("drop")),
        /drop/,
        () => ({ ...changed, dir: "/nonexistent" }),
      ],
      [
        "a program that does not verify",
        "VERIFIER",
        chained(step("pass"), step("careless")),
        /careless/,
        () => bad,
      ],
      [
        "another version of a map",
        "MAP_MISMATCH",
        chained(step("counting")),
        /value.size.*8.*16/,
        () => large,
      ],
    ];

  it.each(cases)("%s", async (_, code, set, words, extra) => {
    await withEngine(
      async (engine, pinDir) => {
        await engine.apply(testSet("right", [rule("p", { chain: [setWindow(1000), step("counting")] })]));
        const state = () => ({
          number: engine.current().number,
          sets: engine.list().map((s) => s.name),
          pins: pinsOf(pinDir),
          objects: footprint(pinDir),
          window: engine.testRun(HOOK, packet).data.readUInt16BE(48),
        });
        const before = state();
        const mine = extra?.();
        const counts = mine?.manifest.module === "counting" ? mine : small;
        const other = await openEngine({ pinDir, modules: catalogOf(...new Set([counts, mine ?? small])) });
        const fds = openBpfFds();
        const error = (await other.apply(set).catch((e: unknown) => e)) as EmptcpError;
        expect(error).toBeInstanceOf(EmptcpError);
        const codes = error instanceof ProblemsError ? error.problems.map((p) => p.code) : [error.code];
        expect(codes, error.message).toContain(`ERR_EMPTCP_${code}`);
        expect(error.message).toMatch(words);
        expect(openBpfFds() - fds).toBeLessThan(40);
        other.close();
        expect(state()).toEqual(before);
        await engine.apply(set.name === "wrong" ? testSet("next", [rule("p")]) : set);
      },
      { modules: catalogOf(small) },
    );
  });

  it("what fails to verify says so in two lines, with the whole log beside", async () => {
    await withEngine(
      async (engine, pinDir) => {
        const error = (await engine.apply(chained(step("careless"))).catch((e: unknown) => e)) as EmptcpError;
        expect(error.message.split("\n").length).toBeLessThanOrEqual(3);
        expect(error.message).toMatch(/invalid access to packet/);
        expect(error.log).toContain("processed");
        expect(error.log?.split("\n").length).toBeGreaterThan(10);
        expect(isGone(pinDir), "a first apply that fails leaves nothing").toBe(true);
      },
      { modules: catalogOf(bad) },
    );
  });

  it("a failed apply holds no object open", async () => {
    await withEngine(
      async (engine) => {
        await engine.apply(testSet("right", [rule("p")]));
        const attempt = () => engine.apply(chained(step("pass"), step("careless"))).catch(() => undefined);
        await attempt();
        const fds = openBpfFds();
        for (let i = 0; i < 3; i++) await attempt();
        expect(openBpfFds()).toBe(fds);
      },
      { modules: catalogOf(bad) },
    );
  });

  it("several things at once are all told", async () => {
    await withEngine(async (engine) => {
      const error = (await engine
        .apply(testSet("wrong", [rule("p", { when: match("nix"), chain: [setWindow(-1), step("nope")] })]))
        .catch((e: unknown) => e)) as ProblemsError;
      expect(error.problems.map((p) => p.path)).toHaveLength(3);
    });
  });

  it("a pin directory that is not on bpffs is refused, and not made", async () => {
    const parent = mkdtempSync(join(tmpdir(), "emptcp-test-"));
    try {
      const pinDir = join(parent, "pins");
      const engine = await openEngine({ pinDir, modules });
      const error = await engine.apply(testSet("a", [rule("p")])).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: "ERR_EMPTCP_PIN_DIR" });
      expect((error as Error).message).toContain(pinDir);
      expect(existsSync(pinDir)).toBe(false);
      engine.close();
    } finally {
      rmSync(parent, { recursive: true });
    }
  });
});
