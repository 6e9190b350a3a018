import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy, policySet } from "@emptcp/core";
import { openStage, startConnection, until, type Stage } from "@emptcp/lab/experiments";
import { pass } from "@emptcp/actor-pass";
import { tcp } from "@emptcp/selector-tcp";

const SCRIPT = fileURLToPath(new URL("apply-forever.ts", import.meta.url));

/** Milliseconds after the first commit; commits follow each other without a pause, so each falls somewhere into one. */
const MOMENTS = [0, 7, 19, 31, 53, 77, 101, 149];

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 50 }, { rateMbit: 50 }] });
});
afterAll(() => stage?.close());

async function killAfter(moment: number): Promise<void> {
  const args = [
    "--conditions=@emptcp/source",
    "--import",
    "tsx",
    SCRIPT,
    stage.pinDir,
    stage.lab.router.device("path1"),
  ];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  const gone = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), gone]);
  await sleep(moment);
  child.kill("SIGKILL");
  await gone;
}

describe("an apply that is killed", () => {
  it.each(MOMENTS)("leaves the old or the new chain at work (%i ms)", async (moment) => {
    await killAfter(moment);
    const { engine, lab } = stage;
    const chain = engine.list()[0]?.policies[0]?.chain.map((step) => step.module);
    expect([["record"], ["pass", "record"]]).toContainEqual(chain);

    const before = engine.stats("turns").map((s) => s.packets);
    const counters = engine.counters();
    const connection = startConnection(stage, "v4", { bytes: 200_000 });
    expect(await connection.finish()).toMatchObject({ intact: true, harm: {} });
    expect(engine.stats("turns").map((s) => s.packets > before[0]!)).toEqual([true]);
    expect(engine.counters()).toEqual(counters);

    const next = policySet("turns", {
      attach: { xdp: [lab.router.device("path1")] },
      policies: [policy("turn", { when: tcp(), chain: [pass()] })],
    });
    await engine.apply(next);
    expect(engine.list()).toHaveLength(1);
    const more = startConnection(stage, "v6", { bytes: 200_000 });
    await until("packets in the next chain", () => (engine.stats("turns")[0]?.packets ?? 0n) > 0n);
    expect(await more.finish()).toMatchObject({ intact: true });
  });
});
