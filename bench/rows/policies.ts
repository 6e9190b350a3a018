import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchEngine } from "../lib/bench-engine.js";
import { cold } from "../lib/cold.js";
import type { Figure } from "../lib/figure.js";
import { manyPolicies } from "../lib/many-policies.js";
import type { Cost } from "../lib/measure.js";

const GROUP = "Many policies from a cold process (10 000 over 50 step sequences)";
const EMPTCP = join(import.meta.dirname, "../../packages/cli/dist/bin.js");
const POLICIES = 10_000;
const SEQUENCES = 50;

/** `emptcp apply` of ten thousand policies: the first time, with other parameters, and `emptcp diff`. */
export async function policyRows(runs: number): Promise<Figure[]> {
  const bench = await BenchEngine.open("policies");
  const directory = mkdtempSync(join(tmpdir(), "emptcp-bench-"));
  try {
    const file = (round: number): string => join(directory, `many-${round}.json`);
    for (let round = 0; round <= runs; round++)
      writeFileSync(file(round), manyPolicies(POLICIES, SEQUENCES, round));
    const place = ["--pin-dir", bench.pinDir];
    const state = ["--state-dir", join(directory, "state")];
    const first = cold(EMPTCP, () => ["apply", file(runs), ...place, ...state], 1);
    const again = cold(EMPTCP, (run) => ["apply", file(run), ...place, ...state], runs);
    const diff = cold(EMPTCP, () => ["diff", file(runs - 1), ...place], runs);
    const figure = (name: string, cost: Cost, atMost?: number): Figure => ({
      group: GROUP,
      name,
      hook: "tc-ingress",
      unit: "ms",
      ...cost,
      ...(atMost === undefined ? {} : { goal: { atMost, judged: "median" } }),
    });
    return [
      figure("emptcp apply, the first one", first, 3000),
      figure("emptcp apply, other parameters", again, 3000),
      figure("emptcp diff, no difference", diff),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await bench.close();
  }
}
