import type { Capability } from "@emptcp/core/libbpf";

/** What the text of a value means; each is parsed and checked in one place (values.ts). */
export type ValueKind = "text" | "number" | "duration" | "rate";

/**
 * What the shells offer for a value; `file`, `directory` and `program` are left to the shell itself. `policy` is SET/POLICY,
 * `target` that or a set.
 */
export type Completion =
  | "file"
  | "directory"
  | "set"
  | "policy"
  | "target"
  | "module"
  | "interface"
  | "generation"
  | "command"
  | "program";

interface Value {
  /** What it is for: one sentence without a full stop, starting with a capital. */
  readonly description: string;
  /** Word for the value in the help text; absent: its kind, or its name. */
  readonly valueHint?: string;
  /**
   * text (also when absent): a string; number: a whole number; duration: `"30s"`, given to the command
   * in milliseconds; rate: `"20Mbit"`, given in bits per second.
   */
  readonly kind?: ValueKind;
  /** Bounds, both included, as a user would write them: `1`, `"1s"`. Without them it is 0 or more. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** What the shell offers. */
  readonly complete?: Completion;
  /** Its value when it is not given, as a user would write it. */
  readonly default?: string;
}

/** A word of the command line that is no flag. Required unless `required` is false or there is a default. */
export interface PositionalArg extends Value {
  readonly type: "positional";
  readonly required?: boolean;
  /** Takes all words that are left, as an array; only the last positional can. */
  readonly variadic?: boolean;
}

/** A flag with a value, `--count 5`. */
export interface OptionArg extends Value {
  readonly type: "string";
  /** One letter. */
  readonly alias?: string;
  readonly required?: boolean;
  /** May be given several times; the command gets an array. */
  readonly multiple?: boolean;
  /** Environment variable that gives the value when the flag does not. */
  readonly env?: string;
}

/** A flag without a value; false unless it is given. */
export interface FlagArg {
  readonly type: "boolean";
  readonly description: string;
  /** One letter. */
  readonly alias?: string;
  readonly default?: false;
}

export type ArgDef = PositionalArg | OptionArg | FlagArg;
export type ArgsDef = Readonly<Record<string, ArgDef>>;

type One<A> = A extends { kind: "number" | "duration" | "rate" }
  ? number
  : A extends { choices: readonly (infer C)[] }
    ? C
    : string;
type Given<A> = A extends { default: string }
  ? true
  : A extends { required: boolean }
    ? A["required"]
    : A extends { type: "positional" }
      ? true
      : false;
type Parsed<A> = A extends { type: "boolean" }
  ? boolean
  : A extends { variadic: true } | { multiple: true }
    ? readonly One<A>[]
    : Given<A> extends true
      ? One<A>
      : One<A> | undefined;

/** What `run` gets: each argument under the name under which it was defined. */
export type Args<T extends ArgsDef> = { readonly [K in keyof T]: Parsed<T[K]> };

/** A command line that works, and what it does. */
export interface Example {
  /** The whole line, starting with `emptcp` or with what is piped into it. */
  readonly run: string;
  /** What it does: one sentence without a full stop. */
  readonly does: string;
}

/** What people read about a command: in help, the manual page, the reference and completions. */
export interface CommandMeta {
  /** As it is typed after `emptcp`: `apply`, `rule add`. */
  readonly name: string;
  /** What it does, in at most 60 characters, imperative, no full stop. */
  readonly summary: string;
  /** Paragraphs; text in backticks is what one types or reads. */
  readonly description?: readonly string[];
  readonly examples?: readonly Example[];
  /** Exit codes that mean something of their own here, beside those of every command (exit-code.ts). */
  readonly exitCodes?: Readonly<Record<number, string>>;
  /** Names of other commands, and of manual pages such as `tc(8)`. */
  readonly seeAlso?: readonly string[];
  /** Capabilities without which it cannot work (privileges.ts has the usual lists); `privileged` checks them. */
  readonly needs?: readonly Capability[];
  /** Further capabilities that only some uses need, by when: `with --verify`. `privileged` leaves them alone. */
  readonly needsWhen?: Readonly<Record<string, readonly Capability[]>>;
  /** Not in help, completions and manual: for scripts of the project itself. */
  readonly hidden?: boolean;
}

/** Loads a command; its heavy parts it imports itself, when it runs. */
export type CommandLoader = () => Promise<{ readonly default: Command }>;

/** A command, or a group of subcommands. */
export interface CommandDef<T extends ArgsDef> {
  readonly meta: CommandMeta;
  readonly args?: T;
  /** Does it. @throws any error; main prints it and chooses the exit code */
  readonly run?: (context: CommandContext<T>) => void | Promise<void>;
  /** The subcommands by their last word: `{ add: () => import("./rule/add.js") }`. */
  readonly subCommands?: Readonly<Record<string, CommandLoader>>;
}

export interface CommandContext<T extends ArgsDef> {
  readonly args: Args<T>;
  /**
   * Refuses to go on when this process lacks a capability of `meta.needs`. Called once: first thing, or after what needs no
   * privileges (reading policy files) is done.
   * @throws ERR_EMPTCP_CAPABILITY with their names
   */
  readonly privileged: () => Promise<void>;
}

/** A command whose own arguments do not matter. */
export interface Command {
  readonly meta: CommandMeta;
  readonly args?: ArgsDef;
  run?(context: CommandContext<never>): void | Promise<void>;
  readonly subCommands?: Readonly<Record<string, CommandLoader>>;
}

/**
 * Defines a command. One file for each, `commands/<name>.ts`, with this as its default export and one line in commands.ts;
 * subcommands in `commands/<name>/<sub>.ts`. Only types and constants are imported at the top: the rest inside `run`.
 *
 * ```ts
 * export default defineCommand({
 *   meta: {
 *     name: "rule add",
 *     summary: "Add a rule to a policy that runs",
 *     examples: [{ run: "emptcp rule add web slow dst=10.0.0.0/8", does: "slow down what goes to 10.0.0.0/8" }],
 *     needs: CHANGE,
 *   },
 *   args: {
 *     set: { type: "positional", description: "Name of the policy set", complete: "set" },
 *     match: { type: "positional", description: "What it matches", variadic: true },
 *     for: { type: "string", kind: "duration", description: "Remove it again after this time" },
 *     ...engineArgs,
 *   },
 *   async run({ args, privileged }) {
 *     await privileged();
 *     const { withEngine } = await import("../../with-engine.js");
 *     // args.set: string, args.match: readonly string[], args.for: number | undefined
 *   },
 * });
 * ```
 */
export function defineCommand<const T extends ArgsDef>(def: CommandDef<T>): CommandDef<T> {
  return def;
}

/** Defines arguments that several commands share. */
export function defineArgs<const T extends ArgsDef>(args: T): T {
  return args;
}
