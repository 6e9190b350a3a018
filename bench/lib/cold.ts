import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { median } from "./figure.js";
import type { Cost } from "./measure.js";

/** What `emptcp diff` and `emptcp fmt --check` end with where there is a difference. */
const DIFFERS = 4;

/**
 * Starts a process several times, one after the other.
 *
 * @returns milliseconds from start to end
 * @throws when a run fails, with what it said
 */
export function cold(file: string, args: (run: number) => readonly string[], runs: number): Cost {
  const times = Array.from({ length: runs }, (_, run) => {
    const started = performance.now();
    const result = spawnSync(process.execPath, [file, ...args(run)], { encoding: "utf8" });
    const time = performance.now() - started;
    if (result.status !== 0 && result.status !== DIFFERS)
      throw new Error(`run ${file} ${args(run).join(" ")}:\n${result.stdout}${result.stderr}`);
    return time;
  });
  return { best: Math.min(...times), median: median(times) };
}

/** The same for a script of `bench/cold`, which gets the number of the run as its last argument. */
export function coldRun(script: string, args: readonly string[], runs: number): Cost {
  return cold(join(import.meta.dirname, "../cold", script), (run) => [...args, String(run)], runs);
}
