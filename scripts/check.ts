import { bpfSources } from "./lib/bpf-sources.js";
import { run, seconds, type Outcome } from "./lib/run.js";

/** One thing that is checked: a command, or several that run one after the other. */
interface Check {
  readonly name: string;
  /** What to do when it fails. */
  readonly repair: string;
  readonly commands: readonly (readonly [string, ...string[]])[];
}

const checks: readonly Check[] = [
  { name: "types", repair: "correct the types named above", commands: [["tsc", "-p", "tsconfig.json"]] },
  {
    name: "lint",
    repair: "npx eslint --fix .",
    commands: [
      ["eslint", "--cache", "--cache-strategy", "content", "--cache-location", ".cache/eslint", "."],
    ],
  },
  {
    name: "format",
    repair: "npm run format",
    commands: [
      [
        "prettier",
        "--check",
        "--log-level",
        "warn",
        "--cache",
        "--cache-strategy",
        "content",
        "--cache-location",
        ".cache/prettier",
        ".",
      ],
    ],
  },
  {
    name: "format of C",
    repair: "npm run format",
    commands: bpfSources.length > 0 ? [["clang-format", "--dry-run", "-Werror", ...bpfSources]] : [],
  },
  {
    name: "unused code",
    repair: "remove what knip names, or export it from the package",
    commands: [["knip", "--no-progress", "--no-config-hints"]],
  },
  {
    name: "packages",
    repair: "correct the package.json files named above",
    commands: [["tsx", "scripts/check-packages.ts"]],
  },
  { name: "modules", repair: "do what the messages say", commands: [["tsx", "scripts/check-plugins.ts"]] },
];

async function perform(check: Check): Promise<Outcome> {
  let total: Outcome = { ok: true, output: "", seconds: 0 };
  for (const [command, ...args] of check.commands) {
    const next = await run(command, args);
    total = {
      ok: total.ok && next.ok,
      output: next.ok ? total.output : total.output + next.output,
      seconds: total.seconds + next.seconds,
    };
  }
  return total;
}

const MOST_LINES = 80;

/** The first lines of a long output. */
function shortened(output: string): string {
  const lines = output.trimEnd().split("\n");
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `… ${more} lines more`].join("\n") : lines.join("\n");
}

const failed: Check[] = [];
const queue = [...checks];
const worker = async (): Promise<void> => {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const outcome = await perform(check);
    if (!outcome.ok) failed.push(check);
    console.log(`check: ${check.name}: ${outcome.ok ? "ok" : "failed"} (${seconds(outcome.seconds)})`);
    if (!outcome.ok) console.log(shortened(outcome.output));
  }
};
await Promise.all([worker(), worker()]);

for (const check of failed) console.log(`check: ${check.name} failed: ${check.repair}`);
console.log(
  failed.length === 0
    ? `check: all ${checks.length} ok`
    : `check: ${failed.length} of ${checks.length} failed`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
