import { parseArgs } from "node:util";
import type { ArgDef, ArgsDef, OptionArg, PositionalArg } from "./define.js";
import { closest } from "./suggest.js";
import { UsageError, type UsageProblem } from "./usage-error.js";
import { readValue } from "./values.js";

type Options = Record<string, { type: "boolean" | "string"; short?: string }>;
type Values = Record<string, unknown>;

/** The word for a value in help and messages: `SET`, `FILE`. */
export function valueWord(name: string, arg: ArgDef): string {
  if (arg.type === "boolean") return "";
  const kind = arg.type === "positional" || arg.kind === "text" ? undefined : arg.kind;
  return (arg.valueHint ?? kind ?? name).toUpperCase();
}

function optionsOf(args: ArgsDef): Options {
  const options: Options = {};
  for (const [name, arg] of Object.entries(args)) {
    if (arg.type === "positional") continue;
    options[name] = { type: arg.type, ...(arg.alias !== undefined && { short: arg.alias }) };
  }
  return options;
}

const seeHelp = (command: string): string =>
  `see \`${["emptcp", command, "--help"].filter(Boolean).join(" ")}\``;

/** Reads one command line; collects everything that is wrong with it. */
class Line {
  readonly values: Values = {};
  readonly problems: UsageProblem[] = [];
  readonly #hint: string;

  constructor(
    readonly command: string,
    readonly args: ArgsDef,
  ) {
    this.#hint = seeHelp(command);
  }

  wrong(message: string, hint = this.#hint): void {
    this.problems.push({ message, hint });
  }

  /** @returns the words that are no flags */
  async flags(words: readonly string[]): Promise<string[]> {
    const options = optionsOf(this.args);
    const line = { args: [...words], options, allowPositionals: true, strict: false, tokens: true } as const;
    const given: string[] = [];
    for (const token of parseArgs(line).tokens) {
      if (token.kind === "positional") given.push(token.value);
      if (token.kind !== "option") continue;
      const arg = Object.hasOwn(options, token.name) ? this.args[token.name] : undefined;
      if (!arg || arg.type === "positional") this.#unknown(token.name, token.rawName, options);
      else if (arg.type === "string") await this.#option(token, arg);
      else if (token.value === undefined) this.values[token.name] = true;
      else this.wrong(`${token.rawName} takes no value, got "${token.value}"`);
    }
    return given;
  }

  #unknown(name: string, rawName: string, options: Options): void {
    const near = closest(name, Object.keys(options));
    this.wrong(
      `${this.command || "emptcp"} has no flag ${rawName}`,
      near !== undefined && rawName.startsWith("--") ? `did you mean --${near}?` : undefined,
    );
  }

  async #option(
    token: { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
    arg: OptionArg,
  ): Promise<void> {
    const { name, rawName, value = "", inlineValue } = token;
    const flag = value.length > 1 && value.startsWith("-") && inlineValue !== true;
    if (value === "" || flag) return this.wrong(`${rawName} needs a value`, `write --${name}=VALUE`);
    await this.read(name, rawName, arg, value);
  }

  /** Reads a value into place, or notes what is wrong with it. */
  async read(name: string, shown: string, arg: OptionArg | PositionalArg, text: string): Promise<void> {
    const reading = await readValue(shown, arg, text);
    if ("problem" in reading) this.problems.push(reading.problem);
    else if (("multiple" in arg && arg.multiple) || ("variadic" in arg && arg.variadic)) {
      this.values[name] = [...((this.values[name] as unknown[] | undefined) ?? []), reading.value];
    } else this.values[name] = reading.value;
  }

  async positionals(given: readonly string[]): Promise<void> {
    const rest = [...given];
    for (const [name, arg] of Object.entries(this.args)) {
      if (arg.type !== "positional") continue;
      const words = rest.splice(0, arg.variadic ? rest.length : 1);
      const shown = valueWord(name, arg);
      for (const word of words) await this.read(name, shown, arg, word);
      if (words.length === 0 && arg.required !== false && arg.default === undefined)
        this.wrong(`${this.command} needs ${shown}`);
    }
    if (rest.length > 0) this.wrong(`"${rest[0]}" is one argument too many for ${this.command}`);
  }

  /** What was not given: from the environment, then from the default. */
  async fill(env: NodeJS.ProcessEnv): Promise<void> {
    for (const [name, arg] of Object.entries(this.args)) {
      if (name in this.values) continue;
      if (arg.type === "boolean") this.values[name] = false;
      else await this.#fillValue(name, arg, env);
    }
  }

  async #fillValue(name: string, arg: OptionArg | PositionalArg, env: NodeJS.ProcessEnv): Promise<void> {
    const variable = arg.type === "string" ? arg.env : undefined;
    const fromEnv = variable === undefined ? undefined : env[variable];
    if (fromEnv !== undefined && fromEnv !== "") return this.read(name, variable ?? name, arg, fromEnv);
    if (arg.default !== undefined) return this.read(name, name, arg, arg.default);
    if (("multiple" in arg && arg.multiple) || ("variadic" in arg && arg.variadic)) this.values[name] = [];
    else if (arg.type === "string" && arg.required) this.wrong(`${this.command} needs --${name}`);
  }
}

/**
 * Reads the arguments of a command, strictly.
 *
 * @param command its name, for messages; "" for `emptcp` without a command
 * @param words what stands behind the name
 * @param env where flags may have their value from
 * @returns a value for each argument: see Args in define.ts
 * @throws UsageError with everything that is wrong: unknown flags, flags without their value, values that cannot be, missing
 *   and surplus arguments
 */
export async function parseLine(
  command: string,
  args: ArgsDef,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Values> {
  const line = new Line(command, args);
  const given = await line.flags(words);
  await line.positionals(given);
  await line.fill(env);
  if (line.problems.length > 0) throw UsageError.of(line.problems, seeHelp(command));
  return line.values;
}
