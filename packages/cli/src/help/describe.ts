import { commonArgs, engineArgs } from "../common-args.js";
import type { ArgDef, ArgsDef, Command, CommandMeta } from "../define.js";
import { valueWord } from "../parse-args.js";

/** An argument as people read it. */
export interface ArgText {
  readonly name: string;
  readonly arg: ArgDef;
  /** `-c, --count NUMBER`, `FILE...` */
  readonly term: string;
  /** Its description with choices, default and environment variable. */
  readonly text: string;
}

/** The arguments of a command, sorted as help and manual show them. */
export interface ArgTexts {
  readonly positionals: readonly ArgText[];
  readonly flags: readonly ArgText[];
  /** Flags of every command, or of every command that talks to an engine. */
  readonly globals: readonly ArgText[];
}

function termOf(name: string, arg: ArgDef): string {
  const word = valueWord(name, arg);
  if (arg.type === "positional") return arg.variadic ? `${word}...` : word;
  const alias = arg.alias === undefined ? "" : `-${arg.alias}, `;
  return `${alias}--${name}${word === "" ? "" : ` ${word}`}`;
}

function textOf(arg: ArgDef): string {
  if (arg.type === "boolean") return arg.description;
  const notes = [
    ...(arg.choices ? [`one of ${arg.choices.join(", ")}`] : []),
    ...(arg.type === "string" && arg.multiple ? ["may be repeated"] : []),
    ...(arg.default === undefined ? [] : [`default ${arg.default}`]),
    ...(arg.type === "string" && arg.env !== undefined ? [`or ${arg.env}`] : []),
  ];
  return notes.length === 0 ? arg.description : `${arg.description} (${notes.join("; ")})`;
}

const isGlobal = (name: string, arg: ArgDef): boolean =>
  (engineArgs as ArgsDef)[name] === arg || (commonArgs as ArgsDef)[name] === arg;

/** Sorts and words the arguments of a command. */
export function argTexts(args: ArgsDef = {}): ArgTexts {
  const all = Object.entries(args).map(([name, arg]) => ({
    name,
    arg,
    term: termOf(name, arg),
    text: textOf(arg),
  }));
  const own = all.filter(({ name, arg }) => !isGlobal(name, arg));
  return {
    positionals: own.filter(({ arg }) => arg.type === "positional"),
    flags: own.filter(({ arg }) => arg.type !== "positional"),
    globals: all.filter(({ name, arg }) => isGlobal(name, arg)),
  };
}

/** The line that shows how a command is written: `emptcp apply [FLAGS] FILE...` */
export function usageOf({ meta, args, subCommands, run }: Command): string {
  if (subCommands && !run) return `emptcp ${meta.name} SUBCOMMAND`;
  const { positionals, flags } = argTexts(args);
  const required = flags.flatMap(({ arg, term }) => (arg.type === "string" && arg.required ? [term] : []));
  const words = positionals.map(({ arg, term }) =>
    arg.type === "positional" && (arg.required === false || arg.default !== undefined) ? `[${term}]` : term,
  );
  return ["emptcp", meta.name, "[FLAGS]", ...required, ...words].join(" ");
}

/** What a command needs, one line for each use that needs something of its own. */
export function privilegesOf({ needs = [], needsWhen = {} }: CommandMeta): string[] {
  return [
    ...(needs.length > 0 ? [needs.join(", ")] : []),
    ...Object.entries(needsWhen).map(([when, list]) => `${when}: ${list.join(", ")}`),
  ];
}
