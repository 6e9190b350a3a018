import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fail } from "../../errors.js";
import { processId, type ProcessId } from "./process-id.js";

const START_TIMEOUT = 15_000;

/** What the watchdog is told. */
export interface WatchdogOrder {
  readonly pinDir: string;
  /** State directory; absent: no journal is kept. */
  readonly stateDir?: string | undefined;
  readonly id: string;
  readonly lockTimeout: number;
}

/** A watchdog that is ready. */
export interface Watchdog {
  readonly id: string;
  readonly process: ProcessId;
  /** Tells it that the commit is over, well or not; the end of this process tells it, too. */
  done(): void;
}

/** Options of node that say how modules are found and read. */
const LOADING = /^(-C|-r|--(conditions|import|require|loader|experimental-loader))(=|$)/;

/**
 * What of this process's options of node the watchdog needs: not those with another program (`-e`) or a debugger's port.
 */
export function loadingOptions(options: readonly string[]): string[] {
  return options.flatMap((option, i) => {
    if (!LOADING.test(option)) return [];
    const value = options[i + 1];
    return option.includes("=") || value === undefined ? [option] : [option, value];
  });
}

/** The program of the watchdog, beside this file in the sources and in `dist` of the package. */
function script(): string {
  const near = ["./watchdog.ts", "./watchdog.js", "./confirm/watchdog.js"]
    .map((name) => fileURLToPath(new URL(name, import.meta.url)))
    .find((path) => existsSync(path));
  return near ?? fail("ERR_EMPTCP_WATCHDOG", { reason: "its program is not beside core's" });
}

/**
 * Starts the process that brings the old policy sets back. It has a session of its own, so that neither the end of a
 * terminal nor of this process reaches it, and it is ready when this returns.
 *
 * @throws ERR_EMPTCP_WATCHDOG
 */
export async function startWatchdog(order: Omit<WatchdogOrder, "id">): Promise<Watchdog> {
  const id = randomUUID();
  const told = JSON.stringify({ ...order, id } satisfies WatchdogOrder);
  const child = spawn(process.execPath, [...loadingOptions(process.execArgv), script(), told], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    cwd: process.cwd(),
  });
  child.stdin?.on("error", () => undefined);
  const failed = await ready(child);
  const own = child.pid === undefined ? undefined : processId(child.pid);
  if (failed !== undefined || !own) {
    child.kill("SIGKILL");
    return fail("ERR_EMPTCP_WATCHDOG", { reason: failed ?? "it ended at once" });
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
  return { id, process: own, done: () => void child.stdin?.destroy() };
}

/** Waits until the watchdog says that it is ready. @returns why it is not */
function ready(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = "";
    let complaint = "";
    const timer = setTimeout(() => resolve(`it was not ready within ${START_TIMEOUT} ms`), START_TIMEOUT);
    const end = (reason: string | undefined): void => {
      clearTimeout(timer);
      resolve(reason);
    };
    child.stdout?.on("data", (text: Buffer) => {
      said += text.toString();
      if (said.includes("ready")) end(undefined);
    });
    child.stderr?.on("data", (text: Buffer) => (complaint += text.toString()));
    child.on("error", (error) => end(error.message));
    child.on("exit", (code) => end(`it ended with status ${code}: ${complaint.trim().slice(0, 500)}`));
  });
}
