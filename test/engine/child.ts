/**
 * Another process that works on a pin directory: `child.ts <command as JSON>`. It applies or deletes a set, or
 * works on rules, and kills itself at the step it was told.
 */
import { ModuleCatalog, openEngine, type InstalledModule, type PolicySet, type RuleInput } from "@emptcp/core";
import { modules } from "./support.js";

export interface Command {
  readonly pinDir: string;
  readonly apply?: PolicySet;
  readonly delete?: string;
  readonly bypass?: boolean;
  readonly extra?: readonly InstalledModule[];
  /** Policy whose rules are loaded, replaced, or deleted by handle. */
  readonly rules?: { readonly policy: string; readonly load?: readonly RuleInput[]; readonly delete?: string };
  /** Step of the commit before which the process kills itself. */
  readonly kill?: string;
  /** Milliseconds to hold the writer lock within the step "switch". */
  readonly hold?: number;
}

const wait = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

async function run(command: Command): Promise<unknown> {
  const catalog = ModuleCatalog.of([...modules.list(), ...(command.extra ?? [])]);
  const engine = await openEngine({ pinDir: command.pinDir, modules: catalog, lockTimeout: 20_000 });
  const steps: string[] = [];
  const onStep = (step: string): void => {
    steps.push(step);
    if (step === command.kill) process.kill(process.pid, "SIGKILL");
    if (step === "switch" && command.hold !== undefined) {
      process.stdout.write("holding\n");
      wait(command.hold);
    }
  };
  if (command.apply) await engine.apply(command.apply, { onStep });
  if (command.delete !== undefined) await engine.delete(command.delete, { onStep });
  if (command.bypass !== undefined) await engine.bypass(command.bypass);
  const { rules } = command;
  if (rules?.delete !== undefined) await engine.policy(rules.policy).rules.delete(rules.delete);
  if (rules?.load) await engine.policy(rules.policy).rules.load(rules.load);
  const { number, sets } = engine.current();
  engine.close();
  return { number, sets: sets.map((s) => s.name), steps };
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}") as Command)));
