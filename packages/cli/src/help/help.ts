import { groups } from "../commands.js";
import type { Command } from "../define.js";
import { styleFor, type Style } from "../terminal.js";
import { version } from "../version.js";
import { argTexts, privilegesOf, usageOf, type ArgText } from "./describe.js";
import { columns, wrap } from "./wrap.js";

/** Wider lines are hard to read. */
const WIDEST = 100;

const widthOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? Math.min(Math.max(stream.columns, 40), WIDEST) : 80;

/** How a text is shown. */
export interface HelpLook {
  /** Characters of a line. */
  readonly width: number;
  readonly style: Style;
}

/** What suits a stream. */
const lookFor = (stream: NodeJS.WriteStream): HelpLook => ({
  width: widthOf(stream),
  style: styleFor(stream),
});

/** The text of `emptcp --help`: every command under the title of its group. */
export async function overview({ width, style }: HelpLook = lookFor(process.stdout)): Promise<string> {
  const lines = [
    `emptcp ${version()}: eBPF modules for Multipath TCP, chained and swapped under traffic`,
    "",
    `${style.bold("usage")}  emptcp COMMAND [ARGUMENTS]`,
  ];
  for (const { title, commands } of groups) {
    const loaded = await Promise.all(Object.values(commands).map(async (load) => (await load()).default));
    const rows = loaded
      .filter(({ meta }) => !meta.hidden)
      .map(({ meta }) => [meta.name.padEnd(10), meta.summary] as const);
    if (rows.length > 0) lines.push("", style.bold(title), ...columns(rows, width));
  }
  lines.push("", ...wrap("`emptcp help COMMAND` describes a command, with examples.", width), "");
  return lines.join("\n");
}

/** The text of `emptcp COMMAND --help`. */
export async function helpOf(
  command: Command,
  { width, style }: HelpLook = lookFor(process.stdout),
): Promise<string> {
  const { meta, args, subCommands } = command;
  const lines = [`${meta.summary}`, "", `${style.bold("usage")}  ${usageOf(command)}`];
  const section = (title: string, body: readonly string[]): void => {
    if (body.length > 0) lines.push("", style.bold(title), ...body);
  };
  for (const paragraph of meta.description ?? []) lines.push("", ...wrap(paragraph, width));
  const subs = await Promise.all(
    Object.values(subCommands ?? {}).map(async (load) => (await load()).default),
  );
  section(
    "subcommands",
    columns(
      subs.map(({ meta: sub }) => [sub.name.split(" ").at(-1) ?? "", sub.summary]),
      width,
    ),
  );
  const texts = argTexts(args);
  const rows = (list: readonly ArgText[]): string[] =>
    columns(
      list.map(({ term, text }) => [term, text]),
      width,
    );
  section("arguments", rows(texts.positionals));
  section("flags", rows(texts.flags));
  section("global flags", rows(texts.globals));
  section(
    "examples",
    (meta.examples ?? []).flatMap(({ run, does }) => [
      `  ${run}`,
      ...wrap(does, width - 6).map((line) => style.dim(`      ${line}`)),
    ]),
  );
  section(
    "exit codes",
    columns(
      Object.entries(meta.exitCodes ?? {}).map(([code, text]) => [code, text]),
      width,
    ),
  );
  section(
    "privileges",
    privilegesOf(meta).map((line) => `  ${line}`),
  );
  const see = (meta.seeAlso ?? []).map((name) => (name.includes("(") ? name : `emptcp ${name}`));
  section("see also", see.length === 0 ? [] : wrap(see.join(", "), width - 2).map((line) => `  ${line}`));
  return `${lines.join("\n")}\n`;
}
