import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchEngine } from "../lib/bench-engine.js";
import { cold } from "../lib/cold.js";
import type { Figure } from "../lib/figure.js";
import type { Cost } from "../lib/measure.js";

const GROUP = "Commands from a cold process";
const EMPTCP = join(import.meta.dirname, "../../packages/cli/dist/bin.js");

/** A policy set of ten rules; `round` changes their parameters. */
function policySetFile(round: number): string {
  const set = {
    name: "ten",
    attach: { xdp: ["@ten"], "tc-ingress": ["@ten"] },
    policies: Array.from({ length: 10 }, (_, i) => ({
      name: `p${i}`,
      when: { "ip-pair": { src: `10.0.0.${i}`, dst: "192.0.2.1" } },
      chain: [{ "set-window": { window: 1000 + 10 * round + i } }, "pass"],
    })),
  };
  return JSON.stringify(set, null, 2);
}

/** `emptcp list` and `emptcp apply` of ten rules, each as a process of its own. */
export async function commandRows(runs: number): Promise<Figure[]> {
  const bench = await BenchEngine.open("commands");
  const directory = mkdtempSync(join(tmpdir(), "emptcp-bench-"));
  try {
    const file = (round: number): string => join(directory, `ten-${round}.json`);
    for (let round = 0; round <= runs; round++) writeFileSync(file(round), policySetFile(round));
    const pins = ["--pin-dir", bench.pinDir];
    const first = cold(EMPTCP, () => ["apply", file(runs), ...pins], 1);
    const apply = cold(EMPTCP, (run) => ["apply", file(run), ...pins], runs);
    const list = cold(EMPTCP, () => ["list", ...pins], runs);
    const nothing = cold("-e", () => ["0"], runs);
    const figure = (name: string, cost: Cost, atMost?: number): Figure => ({
      group: GROUP,
      name,
      hook: "",
      unit: "ms",
      ...cost,
      ...(atMost === undefined ? {} : { goal: { atMost, judged: "median" } }),
    });
    return [
      figure("node that does nothing", nothing),
      figure("emptcp list", list, 200),
      figure("emptcp apply, ten rules, other parameters", apply, 500),
      figure("emptcp apply, ten rules, the first one", first, 500),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await bench.close();
  }
}
