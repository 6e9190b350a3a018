import { commandTree, flatten } from "../command-tree.js";
import type { ArgDef, Command, Completion } from "../define.js";
import { engineArgs } from "../common-args.js";

/** What can stand in one place: given words, or what the shell or emptcp knows when it is asked. */
export type Offer =
  | { readonly words: readonly string[] }
  | { readonly shell: "file" | "directory" | "program" }
  | { readonly ask: string }
  | { readonly nothing: true };

export interface FlagModel {
  readonly name: string;
  readonly alias: string | undefined;
  readonly description: string;
  /** Absent: the flag has no value. */
  readonly value?: Offer;
  readonly word: string;
  readonly repeats: boolean;
}

export interface PositionalModel {
  readonly word: string;
  readonly offer: Offer;
  readonly variadic: boolean;
}

/** One place in the tree of commands, as completion scripts need it. */
export interface CommandModel {
  /** "" for emptcp itself, "rule add". */
  readonly path: string;
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly FlagModel[];
  readonly positionals: readonly PositionalModel[];
}

const BY_SHELL: readonly Completion[] = ["file", "directory", "program"];

function offerOf(arg: Exclude<ArgDef, { type: "boolean" }>): Offer {
  if (arg.choices) return { words: arg.choices };
  if (arg.complete === undefined) return { nothing: true };
  if (BY_SHELL.includes(arg.complete)) return { shell: arg.complete as "file" };
  return { ask: arg.complete };
}

function flagsOf(args: Command["args"] = {}): FlagModel[] {
  const flags = Object.entries(args).flatMap(([name, arg]): FlagModel[] => {
    if (arg.type === "positional") return [];
    const { alias, description } = arg;
    const common = { name, alias, description };
    if (arg.type === "boolean") return [{ ...common, word: "", repeats: false }];
    return [{ ...common, value: offerOf(arg), word: arg.valueHint ?? name, repeats: arg.multiple === true }];
  });
  return [
    ...flags,
    { name: "help", alias: "h", description: "Describe the command", word: "", repeats: false },
  ];
}

function modelOf(command: Command): CommandModel {
  const positionals = Object.entries(command.args ?? {}).flatMap(([name, arg]): PositionalModel[] =>
    arg.type === "positional"
      ? [{ word: arg.valueHint ?? name, offer: offerOf(arg), variadic: arg.variadic === true }]
      : [],
  );
  return { path: command.meta.name, subcommands: [], flags: flagsOf(command.args), positionals };
}

/** Every place in the tree of commands, the root first. */
export async function completionModel(): Promise<CommandModel[]> {
  const nodes = (await commandTree()).flatMap((branch) => branch.nodes);
  const all = flatten(nodes);
  const models = all.map((command): CommandModel => {
    const prefix = `${command.meta.name} `;
    const subcommands = all
      .filter(({ meta }) => meta.name.startsWith(prefix))
      .map(({ meta }) => ({ name: meta.name.slice(prefix.length), summary: meta.summary }))
      .filter(({ name }) => !name.includes(" "));
    return { ...modelOf(command), subcommands };
  });
  const top = nodes.map(({ command: { meta } }) => ({ name: meta.name, summary: meta.summary }));
  const help = { name: "help", summary: "Describe a command" };
  const version: FlagModel = {
    name: "version",
    alias: "v",
    description: "Tell the version",
    word: "",
    repeats: false,
  };
  return [
    { path: "", subcommands: [...top, help], flags: [...flagsOf(engineArgs), version], positionals: [] },
    ...models,
    {
      path: "help",
      subcommands: [],
      flags: [],
      positionals: [{ word: "command", offer: { words: top.map(({ name }) => name) }, variadic: true }],
    },
  ];
}
