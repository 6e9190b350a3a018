import { commandTree, flatten } from "../../packages/cli/src/command-tree.js";
import type { Command } from "../../packages/cli/src/define.js";
import { exitCodes } from "../../packages/cli/src/exit-code.js";
import { helpOf, overview } from "../../packages/cli/src/help/help.js";
import { version } from "../../packages/cli/src/version.js";
import { plain } from "../../packages/cli/src/terminal.js";

const HEAD = `# Commands

Every command of \`emptcp\`, as \`emptcp help COMMAND\` describes it. Flags may stand before or after the command. The manual
pages (\`man emptcp\`, \`man emptcp-apply\`) and the completions (\`emptcp help completion\`) say the same: all of them are made
from the definitions in \`packages/cli/src/commands\`, this page by \`npm run docs:commands\`; a test compares the two.
`;

/** A terminal of 80 columns: what stands here is what people see. */
const look = { width: 80, style: plain };

const anchor = (name: string): string => `emptcp-${name.replaceAll(" ", "-")}`;

async function section(command: Command): Promise<string> {
  const [, , ...body] = (await helpOf(command, look)).trimEnd().split("\n");
  return [
    `## emptcp ${command.meta.name}`,
    "",
    `${command.meta.summary}.`,
    "",
    "```text",
    ...body,
    "```",
    "",
  ].join("\n");
}

/** The text of docs/commands.md. */
export async function commandsPage(): Promise<string> {
  const branches = await commandTree();
  const index = branches.flatMap(({ title, nodes }) => [
    `- ${title}: ${nodes.map(({ command: { meta } }) => `[${meta.name}](#${anchor(meta.name)})`).join(", ")}`,
  ]);
  const codes = Object.entries(exitCodes).map(([code, text]) => `- \`${code}\`: ${text}`);
  const commands = flatten(branches.flatMap(({ nodes }) => nodes));
  const sections = await Promise.all(commands.map(section));
  const start = [
    "```text",
    ...(await overview(look)).replace(` ${version()}:`, ":").trimEnd().split("\n"),
    "```",
    "",
  ];
  return [HEAD, ...start, ...index, "", "## Exit codes", "", ...codes, "", ...sections].join("\n");
}
