import { commands } from "./commands.js";
import { exitCodeOf, OK, WRONG_INPUT } from "./exit-code.js";
import { printError } from "./print-error.js";
import { closest } from "./suggest.js";
import { UsageError } from "./usage-error.js";

const HELP_FLAGS = ["--help", "-h"];

async function helpText(): Promise<string> {
  const { styleFor } = await import("./terminal.js");
  const { version } = await import("./version.js");
  const style = styleFor(process.stdout);
  const width = Math.max(...[...commands.keys()].map((name) => name.length));
  return [
    `emptcp ${version()}: eBPF modules for Multipath TCP, chained and swapped under traffic`,
    "",
    `${style.bold("usage")}  emptcp COMMAND [ARGUMENTS]`,
    "",
    ...[...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "`emptcp COMMAND --help` describes a command. Exit codes: 0 done, 1 failed, 2 wrong input.",
    "",
  ].join("\n");
}

async function runCommand(name: string, rawArgs: string[]): Promise<void> {
  const entry = commands.get(name);
  if (!entry) {
    const near = closest(name, commands.keys());
    throw new UsageError(
      `find command "${name}": there is none`,
      near ? `did you mean \`emptcp ${near}\`?` : "`emptcp --help` lists the commands",
    );
  }
  const command = await entry.load();
  const citty = await import("citty");
  if (rawArgs.some((arg) => HELP_FLAGS.includes(arg))) {
    process.stdout.write(`${await citty.renderUsage(command, { meta: { name: "emptcp" } })}\n`);
    return;
  }
  const { checkArgs } = await import("./strict-args.js");
  const args = typeof command.args === "function" ? await command.args() : await command.args;
  checkArgs(name, args ?? {}, rawArgs);
  await citty.runCommand(command, { rawArgs });
}

/**
 * Runs one command line.
 * @param argv arguments without node and script
 * @returns the exit code: 0 done, 1 failed, 2 wrong input
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  try {
    if (name === undefined || HELP_FLAGS.includes(name) || name === "help") {
      process.stdout.write(await helpText());
      return name === undefined ? WRONG_INPUT : OK;
    }
    if (name === "--version" || name === "-v") {
      const { version } = await import("./version.js");
      process.stdout.write(`${version()}\n`);
      return OK;
    }
    await runCommand(name, rest);
    return OK;
  } catch (error) {
    printError(error, { json: rest.includes("--json"), verbose: rest.includes("--verbose") });
    return exitCodeOf(error);
  }
}
