import { commandTree, flatten } from "../command-tree.js";
import { version } from "../version.js";
import { overviewPage } from "./overview.js";
import { commandPage, pageName } from "./page.js";

/**
 * Every manual page by its file name: `emptcp.1`, and one for each command and subcommand.
 *
 * @param date day of the build, `2026-01-31`
 */
export async function manualPages(date: string): Promise<ReadonlyMap<string, string>> {
  const branches = await commandTree();
  const commands = flatten(branches.flatMap(({ nodes }) => nodes));
  const context = { version: version(), date, names: commands.map(({ meta }) => meta.name) };
  return new Map([
    ["emptcp.1", overviewPage(branches, context)],
    ...commands.map(
      (command) => [`${pageName(command.meta.name)}.1`, commandPage(command, context)] as const,
    ),
  ]);
}
