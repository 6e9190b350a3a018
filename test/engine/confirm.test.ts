import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ModuleCatalog, openEngine, type Engine, type InstalledModule, type PolicySet } from "@emptcp/core";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import {
  codeOf,
  detachAll,
  faults,
  isGone,
  match,
  modules,
  newPinDir,
  rule,
  runChild,
  step,
  testSet,
  until,
  withEngine,
} from "./support.js";

const HOOK = "tc-ingress";
// The watchdog is a process like this one; vitest reads TypeScript in a way of its own.
process.execArgv.push("--conditions=@emptcp/source", "--import", "tsx", "-e", "process.exit(7)");
const state = mkdtempSync(join(tmpdir(), "emptcp-test-state-"));
const workshop = new ModuleWorkshop();
afterAll(() => {
  rmSync(state, { recursive: true, force: true });
  workshop.remove();
});

const setWindow = (window: number) => step("set-window", { window, onlyLower: false });
const web = (n: number): PolicySet =>
  testSet("web", [rule("p", { when: match("port", { dst: 443 }), chain: [setWindow(n)] })]);
const windowAt = (engine: Engine, dport = 443): number =>
  engine.testRun(HOOK, tcp({ dport, window: 60000 }).bytes).data.readUInt16BE(48);
const alive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("a generation that waits to be confirmed", () => {
  it("stays when it is confirmed", async () => {
    await withEngine(async (engine) => {
      await engine.apply(web(1000));
      expect(await codeOf(() => engine.confirm())).toBe("ERR_EMPTCP_NOTHING_TO_CONFIRM");
      await engine.apply(web(2000), { confirm: 30 });
      const waiting = engine.confirmation();
      expect(waiting).toMatchObject({ generation: 2, before: 1, watched: true });
      expect(alive(waiting?.watchdog ?? 0)).toBe(true);
      for (const change of [
        () => engine.apply(web(3000)),
        () => engine.delete("web"),
        () => engine.setParams("web/p", [{ step: "set-window", params: { window: 1 } }]),
      ]) {
        expect(await codeOf(change)).toBe("ERR_EMPTCP_UNCONFIRMED");
      }
      // Rules are data: they can be added, and make generations of their own.
      await engine.policy("p").rules.add({ when: match("ip-pair", { src: "10.0.0.1" }) });
      expect(engine.confirmation()?.generation).toBe(2);
      await engine.confirm();
      expect(engine.confirmation()).toBeUndefined();
      await until("the watchdog to end", () => !alive(waiting?.watchdog ?? 0));
      expect(windowAt(engine)).toBe(2000);
      await engine.apply(web(3000));
    });
  });

  it("goes at once when it is rolled back", async () => {
    await withEngine(async (engine) => {
      await engine.apply(web(1000));
      await engine.apply([web(2000), testSet("more", [rule("m", { priority: -1 })])], { confirm: 30 });
      expect(await engine.rollback()).toMatchObject({ to: 1, sets: ["web"] });
      expect([windowAt(engine), engine.list().length, engine.confirmation()]).toEqual([1000, 1, undefined]);
    });
  });

  it("is not begun when the commit fails, and leaves no watchdog", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(web(1000));
      const broken = () => {
        throw new Error("broken");
      };
      const onStep = (name: string): void => void (name === "switch" && broken());
      expect(await codeOf(() => engine.apply(web(2000), { confirm: 30, onStep }))).toBe("Error: broken");
      expect([windowAt(engine), engine.confirmation()]).toEqual([1000, undefined]);
      expect(isGone(join(pinDir, "confirm"))).toBe(true);
    });
  });

  it.each(["prepare", "switch", "clean", "end"])(
    "goes in time also when its process is killed (%s)",
    async (kill) => {
      const pinDir = newPinDir();
      await withEngine(
        async (engine) => {
          await engine.apply(web(1000));
          const child = await runChild({ pinDir, apply: web(2000), options: { confirm: 1 }, kill });
          expect(child.signal, child.output).toBe(kill === "end" ? null : "SIGKILL");
          const cameToRun = kill === "clean" || kill === "end";
          expect(windowAt(engine)).toBe(cameToRun ? 2000 : 1000);
          const waiting = engine.confirmation();
          expect(waiting?.watched).toBe(cameToRun ? true : undefined);
          if (waiting) process.kill(waiting.watchdog, "SIGHUP");
          await until(
            "the old policies to come back",
            () => windowAt(engine) === 1000 && !engine.confirmation(),
          );
          expect(faults(engine)).toBe(0n);
          await until("what was prepared to go", () => isGone(join(pinDir, "confirm")));
          await engine.apply(web(3000));
          expect(windowAt(engine)).toBe(3000);
          const rollbacks = engine.history.entries().filter((e) => e.what === "rollback");
          expect(rollbacks.map((e) => e.ok)).toEqual(cameToRun ? [true] : []);
        },
        { pinDir },
      );
    },
  );

  it("does not put its end on the next generation when its process was killed before the switch", async () => {
    const pinDir = newPinDir();
    await withEngine(
      async (engine) => {
        await engine.apply(web(1000));
        await runChild({ pinDir, apply: web(2000), options: { confirm: 30 }, kill: "switch" });
        const { generation } = await engine.apply(web(3000));
        expect([generation, engine.confirmation()]).toEqual([2, undefined]);
        expect(isGone(join(pinDir, "confirm"))).toBe(true);
        await engine.apply(web(4000));
      },
      { pinDir },
    );
  });

  it("says so when its watchdog is killed, and can still be kept or rolled back", async () => {
    await withEngine(async (engine) => {
      await engine.apply(web(1000));
      await engine.apply(web(2000), { confirm: 1 });
      process.kill(engine.confirmation()?.watchdog ?? -1, "SIGKILL");
      await until("the watchdog to be gone", () => engine.confirmation()?.watched === false);
      await until("its time to be over", () => (engine.confirmation()?.left ?? 0) < 0);
      expect(windowAt(engine)).toBe(2000);
      const error = (await engine.apply(web(3000)).catch((e: unknown) => e)) as Error;
      expect(error.message).toContain("is gone");
      await engine.rollback();
      expect(windowAt(engine)).toBe(1000);
    });
  });

  it("is forgotten with everything else by detach", async () => {
    const pinDir = newPinDir();
    await withEngine(
      async (engine) => {
        await engine.apply(web(1000));
        await engine.apply(web(2000), { confirm: 30 });
        const pid = engine.confirmation()?.watchdog ?? 0;
        await engine.detach();
        await until("the watchdog to end", () => !alive(pid));
      },
      { pinDir },
    );
    expect(isGone(pinDir)).toBe(true);
  });
});

describe("a rollback", () => {
  it("brings sets back as they were, forth and back, and says what it cannot", async () => {
    await withEngine(
      async (engine) => {
        expect(await codeOf(() => engine.rollback())).toBe("ERR_EMPTCP_NO_GENERATION");
        await engine.apply(web(1000));
        await engine.apply([web(2000), testSet("more", [rule("m", { priority: -1 })])]);
        await engine.refresh();
        expect(await engine.rollback()).toMatchObject({ to: 1, generation: 4, sets: ["web"], drift: [] });
        expect([windowAt(engine), engine.list().length]).toEqual([1000, 1]);
        expect(await engine.rollback()).toMatchObject({ to: 3, sets: ["more", "web"] });
        expect(windowAt(engine)).toBe(2000);
        expect(await codeOf(() => engine.rollback({ generation: 77 }))).toBe("ERR_EMPTCP_NO_GENERATION");
        expect(await engine.rollback({ generation: 0 })).toMatchObject({ to: 0, sets: [] });
        expect(engine.list()).toEqual([]);
        await engine.detach();
        await engine.apply(web(5000));
        // Generations count anew since then; entries go on.
        expect(await codeOf(() => engine.rollback({ generation: 2 }))).toBe("ERR_EMPTCP_NO_GENERATION");
        await engine.rollback({ entry: 3 });
        expect(windowAt(engine)).toBe(2000);
        const what = engine.history.entries().map((e) => `${e.what}${e.ok ? "" : " failed"}`);
        expect(what).toEqual([
          "rollback failed",
          "apply",
          "apply",
          "refresh",
          "rollback",
          "rollback",
          "rollback failed",
          "rollback",
          "detach",
          "apply",
          "rollback failed",
          "rollback",
        ]);
      },
      { stateDir: join(state, "a") },
    );
  });

  it("goes on with rules that were added by hand", async () => {
    await withEngine(async (engine) => {
      await engine.apply(web(1000));
      await engine.apply(web(2000));
      await engine.policy("p").rules.add({ when: match("port", { dst: 80 }) });
      await engine.rollback();
      expect([windowAt(engine), windowAt(engine, 80)]).toEqual([1000, 1000]);
      const { rules } = engine.history.entries().find((e) => e.rules > 0) ?? {};
      expect(rules).toBe(1);
    });
  });

  const source = (window: number): string => `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/actor.bpf.h>

struct params {
	__u8 unused;
};

EMPTCP_ACTOR(fix_window, struct params)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);

	if (tcp)
		tcp->window = bpf_htons(${window});
	return EMPTCP_NEXT;
}
`;
  const make = (version: string, window: number): Promise<InstalledModule> =>
    workshop.make({
      manifest: { kind: "actor", module: "fix-window", version, paramsSize: 1, powers: ["change-header"] },
      source: source(window),
    });
  const fixed = (name: string): PolicySet =>
    testSet(name, [rule("p", { when: match("port", { dst: 443 }), chain: [step("fix-window")] })]);

  it("runs the modules of then, though their packages have been replaced", async () => {
    const [one, two] = [await make("0.1.0", 11), await make("0.2.0", 22)];
    const pinDir = newPinDir();
    const stateDir = join(state, "b");
    const open = (module: InstalledModule): Promise<Engine> =>
      openEngine({ pinDir, stateDir, modules: ModuleCatalog.of([...modules.list(), module]) });
    const [old, now] = [await open(one), await open(two)];
    try {
      await old.apply(fixed("one"));
      await now.apply(fixed("two"), { prune: true });
      expect(windowAt(now)).toBe(22);
      const { drift } = await now.rollback();
      expect(drift).toEqual([
        { package: "@test/actor-fix-window", version: "0.1.0", installed: "0.2.0", kept: true },
      ]);
      expect(windowAt(now)).toBe(11);
      rmSync(join(stateDir, pinDir.slice(1).replaceAll("-", "%2d").replaceAll("/", "-"), "modules"), {
        recursive: true,
      });
      await now.apply(fixed("two"), { prune: true });
      const error = (await now.rollback().catch((e: unknown) => e)) as Error & { code: string };
      expect(error.code).toBe("ERR_EMPTCP_OTHER_MODULES");
      expect(error.message).toContain("@test/actor-fix-window 0.1.0 (installed: 0.2.0)");
      expect(windowAt(now)).toBe(22);
      await now.rollback({ force: true });
      expect([windowAt(now), now.list()[0]?.name]).toEqual([22, "one"]);
    } finally {
      await detachAll(pinDir);
      old.close();
      now.close();
    }
  });
});

describe("the history", () => {
  it("never stands in the way, and says that it is missing", async () => {
    const file = join(state, "file");
    writeFileSync(file, "");
    await withEngine(
      async (engine) => {
        await engine.apply(web(1000));
        expect(windowAt(engine)).toBe(1000);
        expect(engine.history.problem).toContain("ENOTDIR");
        expect(await codeOf(() => engine.rollback())).toBe("ERR_EMPTCP_NO_HISTORY");
        await engine.apply(web(2000), { confirm: 1 });
        await until("the old policies to come back", () => windowAt(engine) === 1000);
      },
      { stateDir: file },
    );
    await withEngine(
      async (engine) => {
        await engine.apply(web(1000));
        expect(await codeOf(() => engine.history.entries())).toBe("ERR_EMPTCP_NO_HISTORY");
      },
      { stateDir: false },
    );
  });

  it("takes a note where nothing runs, and leaves nothing in the kernel", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.history.note({ what: "rule load", detail: "none" });
      expect(engine.history.entries()).toMatchObject([{ what: "rule load", generation: 0 }]);
      expect(isGone(pinDir)).toBe(true);
    });
  });

  it("has the generation of a process that was killed right after the switch", async () => {
    const pinDir = newPinDir();
    await withEngine(
      async (engine) => {
        await engine.apply(web(1000));
        await runChild({ pinDir, apply: web(2000), kill: "clean" });
        await engine.bypass(true);
        expect(engine.history.entries().map((e) => [e.what, e.generation, e.sets.length])).toEqual([
          ["apply", 1, 1],
          ["found", 2, 1],
          ["bypass", 2, 0],
        ]);
        await engine.rollback();
        expect(windowAt(engine), "still bypassed").toBe(60000);
        expect(engine.bypassed()).toBe(true);
        await engine.bypass(false);
        expect(windowAt(engine)).toBe(1000);
      },
      { pinDir },
    );
  });
});
