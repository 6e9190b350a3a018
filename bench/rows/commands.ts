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

/** Command lines that load no programs, while `ten` runs: what a person waits for, and what the tab key waits for. */
const light = (file: string, pins: readonly string[]): readonly (readonly [readonly string[], number])[] => [
  [["help"], 200],
  [["help", "apply"], 200],
  [["list", ...pins], 200],
  [["show", "ten", ...pins], 200],
  [["plan", file, ...pins], 200],
  [["diff", file, ...pins], 200],
  [["history", ...pins], 200],
  [["bypass", "status", ...pins], 200],
  [["rule", "list", "ten/p0", ...pins], 200],
  [["fmt", "--check", file], 200],
  [["schema"], 200],
  [["completion", "bash"], 150],
  [["__complete", "set", "--", "show", ...pins], 150],
  [["__complete", "policy", "--", "rule", "list", "ten", ...pins], 150],
  [["__complete", "module", "--"], 150],
  [["__complete", "interface", "--"], 150],
];

/** `emptcp list` and others, and `emptcp apply` of ten rules, each as a process of its own. */
export async function commandRows(runs: number): Promise<Figure[]> {
  const bench = await BenchEngine.open("commands");
  const directory = mkdtempSync(join(tmpdir(), "emptcp-bench-"));
  try {
    const file = (round: number): string => join(directory, `ten-${round}.json`);
    for (let round = 0; round <= runs; round++) writeFileSync(file(round), policySetFile(round));
    const pins = ["--pin-dir", bench.pinDir];
    const first = cold(EMPTCP, () => ["apply", file(runs), ...pins], 1);
    const apply = cold(EMPTCP, (run) => ["apply", file(run), ...pins], runs);
    const others = light(file(runs - 1), pins).map(([args, atMost]) => {
      const shown = args.filter((word) => !pins.includes(word) && !word.startsWith("/") && word !== "--");
      return { name: `emptcp ${shown.join(" ")}`, cost: cold(EMPTCP, () => args, runs), atMost };
    });
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
      ...others.map(({ name, cost, atMost }) => figure(name, cost, atMost)),
      figure("emptcp apply, ten rules, other parameters", apply, 500),
      figure("emptcp apply, ten rules, the first one", first, 500),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await bench.close();
  }
}
