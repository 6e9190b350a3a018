import { groups } from "./commands.js";
import type { Command } from "./define.js";

/** A command with those below it. */
export interface CommandNode {
  readonly command: Command;
  readonly below: readonly CommandNode[];
}

/** A title and the commands under it. */
export interface CommandBranch {
  readonly title: string;
  readonly nodes: readonly CommandNode[];
}

async function nodeOf(command: Command): Promise<CommandNode> {
  const loaders = Object.values(command.subCommands ?? {});
  const below = await Promise.all(loaders.map(async (load) => nodeOf((await load()).default)));
  return { command, below: below.filter(({ command: sub }) => !sub.meta.hidden) };
}

/** Every command that people see, in the order of the help text. */
export async function commandTree(): Promise<CommandBranch[]> {
  const branches = await Promise.all(
    groups.map(async ({ title, commands }) => {
      const loaded = await Promise.all(Object.values(commands).map(async (load) => (await load()).default));
      const visible = loaded.filter(({ meta }) => !meta.hidden);
      return { title, nodes: await Promise.all(visible.map(nodeOf)) };
    }),
  );
  return branches.filter(({ nodes }) => nodes.length > 0);
}

/** A node and all below it, parents first. */
export function flatten(nodes: readonly CommandNode[]): Command[] {
  return nodes.flatMap(({ command, below }) => [command, ...flatten(below)]);
}
