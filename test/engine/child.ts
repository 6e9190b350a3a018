/**
 * Another process that works on a pin directory: `child.ts <command as JSON>`. It applies or deletes a set, or
 * works on rules, and kills itself at the step it was told.
 */
import {
  ModuleCatalog,
  openEngine,
  type ApplyOptions,
  type InstalledModule,
  type PolicySet,
  type RuleInput,
  type TraceFilter,
} from "@emptcp/core";
import { modules } from "./support.js";

export interface Command {
  readonly pinDir: string;
  readonly apply?: PolicySet | readonly PolicySet[];
  /** Options of `apply`. */
  readonly options?: ApplyOptions;
  readonly delete?: string;
  readonly bypass?: boolean;
  /** Traces until the process is killed. */
  readonly trace?: TraceFilter;
  /** Waits for an event. */
  readonly events?: boolean;
  readonly extra?: readonly InstalledModule[];
  /** Policy whose rules are loaded, deleted by handle, or added, replaced and deleted without an end. */
  readonly rules?: {
    readonly policy: string;
    readonly load?: readonly RuleInput[];
    readonly delete?: string;
    readonly churn?: readonly RuleInput[];
  };
  /** The process kills itself when it is asked for this rule of what it loads. */
  readonly killAt?: number;
  /** Step of the commit before which the process kills itself. */
  readonly kill?: string;
  /** Milliseconds to hold the writer lock within the step "switch". */
  readonly hold?: number;
}

const wait = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function* deadly(rules: readonly RuleInput[], at: number | undefined): Iterable<RuleInput> {
  for (const [i, rule] of rules.entries()) {
    if (i === at) process.kill(process.pid, "SIGKILL");
    yield rule;
  }
}

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
  if (command.apply) await engine.apply(command.apply, { ...command.options, onStep });
  if (command.delete !== undefined) await engine.delete(command.delete, { onStep });
  if (command.bypass !== undefined) await engine.bypass(command.bypass);
  if (command.events) {
    const first = engine.events()[Symbol.asyncIterator]().next();
    process.stdout.write("reading\n");
    await first;
  }
  const { rules } = command;
  if (rules?.delete !== undefined) await engine.policy(rules.policy).rules.delete(rules.delete);
  if (rules?.load) await engine.policy(rules.policy).rules.load(deadly(rules.load, command.killAt));
  for (let i = 0; rules?.churn; i++) {
    const set = engine.policy(rules.policy).rules;
    const added = [];
    for (const rule of rules.churn) added.push(await set.add(rule));
    added[0] = await set.replace(added[0] ?? "", rules.churn[0] as RuleInput);
    if (i === 0) process.stdout.write("churning\n");
    for (const handle of added) await set.delete(handle);
  }
  if (command.trace) for await (const hop of engine.trace(command.trace)) steps.push(hop.at);
  const { number, sets } = engine.current();
  engine.close();
  return { number, sets: sets.map((s) => s.name), steps };
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}") as Command)));
