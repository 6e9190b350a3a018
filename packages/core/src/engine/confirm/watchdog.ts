/**
 * The watchdog of an apply that waits to be confirmed, a process of its own: `watchdog.js <order as JSON>`. It waits until
 * the generation is confirmed or its time is over; then it brings the old policy sets back.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { bootTimeNs } from "../../libbpf/index.js";
import { discoverModules } from "../../module/discover.js";
import { setBypass } from "../set-bypass.js";
import { EngineState } from "../state.js";
import { readPending, type Pending } from "./pending.js";
import { revert } from "./revert.js";
import type { WatchdogOrder } from "./start-watchdog.js";

/** Milliseconds between two looks, and between two attempts to go back. */
const LOOK = 200;
const RETRY = 1000;
/** Attempts before everything is let pass: by then it is not a matter of waiting. */
const ATTEMPTS = 5;

/** Waits until the generation's time is over. @returns undefined when it was confirmed, or never came to run */
async function waitFor(state: EngineState, order: WatchdogOrder): Promise<Pending | undefined> {
  // The pipe from the process that commits closes when that is over, or when it dies.
  let over = false;
  process.stdin.on("close", () => (over = true)).resume();
  for (;;) {
    const wasOver = over;
    const pending = readPending(state.pins);
    const own = pending?.id === order.id ? pending : undefined;
    if (!own && wasOver) return undefined;
    const left = own ? Number((BigInt(own.deadline) - bootTimeNs()) / 1_000_000n) : LOOK;
    if (own && left <= 0) return own;
    await sleep(Math.min(LOOK, Math.max(1, left)));
  }
}

async function main(order: WatchdogOrder): Promise<void> {
  for (const signal of ["SIGHUP", "SIGINT"] as const) process.on(signal, () => undefined);
  const state = new EngineState(order.pinDir, discoverModules(), order.lockTimeout, order.stateDir);
  process.stdout.on("error", () => undefined);
  process.stdout.write("ready\n");
  const pending = await waitFor(state, order);
  if (!pending) return;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await revert(state, order.id, "not confirmed in time");
      return;
    } catch {
      await sleep(RETRY);
    }
  }
  // What was there before cannot be had: let everything pass, so that the machine can be reached.
  await setBypass(
    state,
    true,
    `on: generation ${pending.generation} was not confirmed and could not be rolled back`,
  );
}

await main(JSON.parse(process.argv[2] ?? "{}") as WatchdogOrder).catch(() => (process.exitCode = 1));
process.exit();
