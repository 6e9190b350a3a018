import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { environment } from "./lib/environment.js";
import { reached, type Figure } from "./lib/figure.js";
import { removeLeftovers } from "./lib/leftovers.js";
import { readOptions, USAGE, type Options } from "./lib/options.js";
import { heading, table } from "./lib/report.js";
import { chainRows } from "./rows/chain.js";
import { commandRows } from "./rows/commands.js";
import { instrumentRows } from "./rows/instruments.js";
import { policyRows } from "./rows/policies.js";
import { missRows } from "./rows/misses.js";
import { ruleRows } from "./rows/rules.js";
import { switchRows } from "./rows/switches.js";
import { traceRows } from "./rows/trace.js";

// The history of the engines goes with them.
const state = (process.env["EMPTCP_STATE_DIR"] ??= mkdtempSync(join(tmpdir(), "emptcp-bench-state-")));
process.on("exit", () => rmSync(state, { recursive: true, force: true }));

/** Packets of one round: a millisecond or more, so that the clock's own cost vanishes. */
const REPEAT = 50_000;
const COLD_RUNS = 5;
const SWITCHES = 15;
const TRACE_SECONDS = 5;

const rows: Readonly<Record<string, (options: Options) => Promise<Figure[]>>> = {
  chain: ({ rounds }) => chainRows({ rounds, repeat: REPEAT }),
  misses: ({ rounds }) => missRows({ rounds, repeat: REPEAT }),
  instruments: ({ rounds }) => instrumentRows({ rounds, repeat: REPEAT }),
  rules: async ({ rounds, rules }) => {
    const effort = { rounds, repeat: REPEAT, count: rules, runs: COLD_RUNS };
    return [...(await ruleRows("subflow", effort)), ...(await ruleRows("ip-pair", effort))];
  },
  trace: () => traceRows(TRACE_SECONDS),
  switches: () => switchRows(SWITCHES),
  commands: () => commandRows(COLD_RUNS),
  policies: () => policyRows(COLD_RUNS),
};

function options(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2), Object.keys(rows));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function main(chosen: Options): Promise<void> {
  removeLeftovers();
  const about = environment();
  console.log(heading(about));
  const figures: Figure[] = [];
  for (const row of chosen.rows) {
    console.error(`bench: ${row}`);
    figures.push(...((await rows[row]?.(chosen)) ?? []));
  }
  console.log(`\n${table(figures)}`);
  const all = figures.map((figure) => ({ ...figure, reached: reached(figure) }));
  mkdirSync(dirname(chosen.json), { recursive: true });
  writeFileSync(chosen.json, `${JSON.stringify({ environment: about, figures: all }, null, 2)}\n`);
  console.log(`\nraw figures: ${chosen.json}`);
}

const chosen = options();
if (chosen) await main(chosen);
