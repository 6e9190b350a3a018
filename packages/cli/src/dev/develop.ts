import { buildOne, type BuiltModule } from "./build-all.js";
import { changes } from "./changes.js";
import { printMessages } from "./messages.js";
import { describeBuild, printFailure } from "./print-round.js";
import { runTests } from "./run-tests.js";
import { swapIn } from "./swap.js";

/** What `emptcp dev` was asked for. */
export interface DevOptions {
  readonly directories: readonly string[];
  readonly pinDir: string;
  /** Run the modules' tests in place of swapping them into what runs. */
  readonly tests: boolean;
  /** End after the first time, with an error when it failed. */
  readonly once: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly signal: AbortSignal;
}

/** What was built last, by directory. */
type Known = Map<string, BuiltModule>;

/** Builds, and swaps or tests what changed. @returns false when tests failed */
async function round(options: DevOptions, known: Known, first: boolean): Promise<boolean> {
  const built: BuiltModule[] = [];
  for (const dir of options.directories) {
    const before = known.get(dir);
    const now = await buildOne(dir, {
      color: process.stderr.isTTY && !options.json && !process.env["NO_COLOR"],
    });
    if (before && before.digest === now.digest) continue;
    known.set(dir, now);
    built.push(now);
    tell(options, describeBuild(now, before), { module: now.name, built: now.built, sizes: now.sizes });
  }
  if (options.tests) {
    let passed = true;
    for (const { dir, name } of [...known.values()]) {
      const ok = await runTests(dir, options.signal);
      if (options.signal.aborted) return true;
      tell(options, `${name}: tests ${ok ? "passed" : "failed"}`, {
        module: name,
        tests: ok ? "passed" : "failed",
      });
      passed &&= ok;
    }
    return passed;
  }
  if (built.length === 0) return true;
  const generation = await swapIn(built, options.pinDir);
  if (generation !== undefined) tell(options, `swapped in as generation ${generation}`, { generation });
  else if (first)
    tell(options, "nothing to swap: no running policy uses another build of it", { generation: null });
  return true;
}

function tell({ json }: DevOptions, text: string, data: object): void {
  process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
}

/**
 * Builds modules each time one of their files is saved, and swaps them into what runs. A build, a verifier or a test that
 * fails is shown, and what ran before goes on.
 *
 * @throws with `once`, what went wrong
 */
export async function develop(options: DevOptions): Promise<void> {
  const { includeDirectory } = await import("@emptcp/core/build");
  const known: Known = new Map();
  let first = true;
  let messages: Promise<void> | undefined;
  const listen = async (): Promise<void> => {
    try {
      if (!(await printMessages([...known.values()], options))) messages = undefined;
    } catch (error) {
      printFailure(error, options);
    }
  };
  for await (const _ of changes(options.directories, includeDirectory(), options.signal)) {
    try {
      const passed = await round(options, known, first);
      if (options.once) {
        process.exitCode = passed ? 0 : 1;
        return;
      }
      if (!options.tests) messages ??= listen();
    } catch (error) {
      if (options.once) throw error;
      printFailure(error, options);
    }
    if (first && !options.json)
      process.stderr.write(`watching ${options.directories.join(", ")}; Ctrl-C ends it, what runs goes on\n`);
    first = false;
  }
  await messages;
}
