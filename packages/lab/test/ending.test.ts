import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { openLab, removeAbandoned } from "../src/index.js";
import { leftoversOf } from "./leftovers.js";

const SCRIPT = fileURLToPath(new URL("hold-lab.ts", import.meta.url));
const running: ChildProcess[] = [];

/** Starts the script and waits for a line of it. */
async function hold(id: string, until: string, pauseBefore = ""): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", SCRIPT, id, pauseBefore], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== until) continue;
    while (until === pauseBefore && !isStopped(child)) await sleep(5);
    return child;
  }
  throw new Error(`the script ended before "${until}"`);
}

/** State of a process, from proc(5) stat: T is stopped by a signal. */
function isStopped(child: ChildProcess): boolean {
  return readFileSync(`/proc/${child.pid}/stat`, "utf8").includes(") T ");
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, "exit");
  child.kill(signal);
  child.kill("SIGCONT");
  await gone;
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  removeAbandoned();
});

describe("the end of a testbed", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("leaves nothing after %s", async (signal) => {
    const child = await hold("ends", "up");
    expect(leftoversOf("ends")).not.toEqual([]);
    await end(child, signal);
    expect(leftoversOf("ends")).toEqual([]);
  });

  it.each(["links", "rates and delays"])("leaves nothing after SIGTERM before the step %s", async (step) => {
    const child = await hold("half", step, step);
    await end(child, "SIGTERM");
    expect(leftoversOf("half")).toEqual([]);
  });

  it.each(["links", "addresses and routes"])("is made up for after SIGKILL at %s", async (step) => {
    const child = await hold("killed", step, step);
    await end(child, "SIGKILL");
    expect(leftoversOf("killed")).not.toEqual([]);
    expect(removeAbandoned()).toContain("killed");
    expect(leftoversOf("killed")).toEqual([]);
  });

  it("is made up for by the next testbed of the same name", async () => {
    await end(await hold("again", "up"), "SIGKILL");
    const lab = await openLab({ id: "again" });
    lab.close();
    expect(leftoversOf("again")).toEqual([]);
  });

  it("does not take the testbed of a living process for abandoned", async () => {
    await hold("alive", "up");
    expect(removeAbandoned()).not.toContain("alive");
    await expect(openLab({ id: "alive" })).rejects.toThrow('make testbed "alive": it is up');
    expect(leftoversOf("alive")).not.toEqual([]);
  });
});
