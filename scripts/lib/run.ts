import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./packages.js";

/** How a command ended. */
export interface Outcome {
  readonly ok: boolean;
  /** What it printed; empty when it printed straight to the terminal. */
  readonly output: string;
  readonly seconds: number;
}

/**
 * Runs a command in the root of the repository, with the workspace's tools first in PATH.
 *
 * @param show true: it prints to the terminal; false: its output is collected
 */
export function run(command: string, args: readonly string[], show = false): Promise<Outcome> {
  const started = performance.now();
  const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH ?? ""}` };
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    });
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (output += text));
    const end = (ok: boolean): void => resolve({ ok, output, seconds: (performance.now() - started) / 1000 });
    child.on("error", (error) => {
      output += `run ${command}: ${error.message}\n`;
      end(false);
    });
    child.on("close", (code) => end(code === 0));
  });
}

/** `12.3 s`, for a table of phases. */
export const seconds = (value: number): string => `${value.toFixed(1)} s`;
