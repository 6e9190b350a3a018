import { commands } from "./commands.js";
import type { Command } from "./define.js";
import { closest } from "./suggest.js";
import { UsageError } from "./usage-error.js";

/** A command, and the words behind its name. */
export interface Found {
  readonly command: Command;
  readonly words: readonly string[];
}

/**
 * Finds the command that a line names.
 *
 * @param words the line without `emptcp` and without flags in front
 * @throws UsageError when there is no such command or subcommand
 */
export async function findCommand(words: readonly string[]): Promise<Found> {
  const [name = "", ...rest] = words;
  const load = commands.get(name);
  if (!load) {
    const near = closest(name, commands.keys());
    throw new UsageError(
      `find command "${name}": there is none`,
      near === undefined ? "`emptcp --help` lists the commands" : `did you mean \`emptcp ${near}\`?`,
    );
  }
  return findSubcommand((await load()).default, rest);
}

async function findSubcommand(command: Command, words: readonly string[]): Promise<Found> {
  const { subCommands, meta } = command;
  if (!subCommands) return { command, words };
  // Flags of every command may stand before the subcommand, but only those without a value can be told apart from it.
  const index = words.findIndex((word) => !word.startsWith("-"));
  const name = words[index];
  if (name !== undefined && Object.hasOwn(subCommands, name)) {
    const load = subCommands[name];
    if (load) return findSubcommand((await load()).default, words.toSpliced(index, 1));
  }
  if (name === undefined || command.run) return { command, words };
  const near = closest(name, Object.keys(subCommands));
  throw new UsageError(
    `find command "${meta.name} ${name}": there is none`,
    near === undefined
      ? `${meta.name} has ${Object.keys(subCommands).join(", ")}`
      : `did you mean \`emptcp ${meta.name} ${near}\`?`,
  );
}
