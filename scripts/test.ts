import { run, seconds } from "./lib/run.js";

/** Phases of `npm test` after the setup. A failed build ends it; after failed checks the tests still run. */
const phases = [
  { name: "build", command: ["tsx", "scripts/build.ts"], vital: true },
  { name: "check", command: ["tsx", "scripts/check.ts"], vital: false },
  { name: "tests", command: ["vitest", "run"], vital: true },
] as const;

const failed: string[] = [];
for (const { name, command, vital } of phases) {
  console.log(`\n== ${name}`);
  const [program, ...args] = command;
  const outcome = await run(program, args, true);
  if (name !== "tests")
    console.log(`== ${name}: ${outcome.ok ? "ok" : "failed"} (${seconds(outcome.seconds)})`);
  if (!outcome.ok) failed.push(name);
  if (!outcome.ok && vital) break;
}
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
