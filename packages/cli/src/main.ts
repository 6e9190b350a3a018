import { exitCodeOf, OK, WRONG_INPUT } from "./exit-code.js";
import { printError } from "./print-error.js";
import { splitLine, type Line } from "./split-line.js";
import { UsageError } from "./usage-error.js";

async function help(words: readonly string[]): Promise<number> {
  const { overview, helpOf } = await import("./help/help.js");
  if (words.length === 0) process.stdout.write(await overview());
  else {
    const { findCommand } = await import("./find-command.js");
    process.stdout.write(await helpOf((await findCommand(words)).command));
  }
  return OK;
}

async function runCommand(line: Line): Promise<void> {
  const { findCommand } = await import("./find-command.js");
  const { command, words } = await findCommand([...line.words]);
  const { name, needs } = command.meta;
  if (!command.run) {
    throw new UsageError(
      `read arguments: ${name} needs a subcommand`,
      `it has ${Object.keys(command.subCommands ?? {}).join(", ")}`,
    );
  }
  const { parseLine } = await import("./parse-args.js");
  const args = await parseLine(name, command.args ?? {}, [...line.before, ...words]);
  const privileged = async (): Promise<void> => {
    const { requireCapabilities } = await import("./privileges.js");
    await requireCapabilities(name, needs ?? []);
  };
  await command.run({ args: args as never, privileged });
}

/** What completion scripts ask for: `emptcp __complete KIND -- WORDS`. */
async function complete([kind = "", , ...words]: readonly string[]): Promise<number> {
  const { valuesFor } = await import("./completion/values.js");
  process.stdout.write((await valuesFor(kind, words)).map((value) => `${value}\n`).join(""));
  return OK;
}

/** Without a command only flags can stand there; those of every command do nothing by themselves. */
async function noCommand(line: Line): Promise<number> {
  if (line.before.length > 0) {
    const [{ parseLine }, { engineArgs }] = await Promise.all([
      import("./parse-args.js"),
      import("./common-args.js"),
    ]);
    await parseLine("", engineArgs, line.before);
    throw new UsageError("read arguments: no command given", "`emptcp --help` lists the commands");
  }
  await help([]);
  return WRONG_INPUT;
}

async function runLine(line: Line): Promise<number> {
  const [name, ...rest] = line.words;
  if (line.version) {
    const { version } = await import("./version.js");
    process.stdout.write(`${version()}\n`);
    return OK;
  }
  if (name === "help") return help(rest);
  if (name === "__complete") return complete(rest);
  if (line.help) return help(line.words.filter((word) => !word.startsWith("-")));
  if (name === undefined) return noCommand(line);
  await runCommand(line);
  return OK;
}

/**
 * Runs one command line.
 * @param argv arguments without node and script
 * @returns the exit code: see exit-code.ts
 */
export async function main(argv: readonly string[]): Promise<number> {
  const line = splitLine(argv);
  if (line.noColor) process.env.NO_COLOR = "1";
  try {
    return await runLine(line);
  } catch (error) {
    printError(error, { json: line.json, verbose: line.verbose });
    return exitCodeOf(error);
  }
}
