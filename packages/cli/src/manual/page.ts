import type { Command } from "../define.js";
import { exitCodes } from "../exit-code.js";
import { argTexts, privilegesOf, usageOf, type ArgText } from "../help/describe.js";
import { request, roffLiteral, roffText } from "./roff.js";

/** What a manual page needs to know besides the command. */
export interface PageContext {
  readonly version: string;
  /** Day of the build, `2026-01-31`. */
  readonly date: string;
  /** Every command with a page of its own. */
  readonly names: readonly string[];
}

/** The name of a command's page, without section: `emptcp-rule-add`. */
export const pageName = (command: string): string =>
  ["emptcp", ...command.split(" ")].filter(Boolean).join("-");

const terms = (list: readonly ArgText[]): string[] =>
  list.flatMap(({ term, text }) => [".TP", `\\fB${roffLiteral(term)}\\fR`, roffText(sentence(text))]);

const sentence = (text: string): string => (/[.!?)]$/.test(text) ? text : `${text}.`);

const section = (title: string, body: readonly string[]): string[] =>
  body.length === 0 ? [] : [request("SH", title), ...body];

/** Cross references, in the order in which man(7) wants them. */
function references(names: readonly string[]): string[] {
  const pages = [...new Set(names)].map((name) => {
    const [, page = "", number = ""] = /^(.+)\((\d)\)$/.exec(name) ?? [undefined, pageName(name), "1"];
    return `\\fB${roffLiteral(page)}\\fR(${number})`;
  });
  return pages.length === 0 ? [] : [pages.join(",\n")];
}

/** The title line of a page. */
export function header(name: string, { version, date }: Pick<PageContext, "version" | "date">): string {
  return request(
    "TH",
    name.toUpperCase().replaceAll("-", "\\-"),
    "1",
    date,
    `emptcp ${version}`,
    "User Commands",
  );
}

/** The exit codes of every command, and those that one command has of its own. */
export function exitStatus(own: Readonly<Record<number, string>> = {}): string[] {
  return Object.entries({ ...exitCodes, ...own }).flatMap(([code, text]) => [
    ".TP",
    `\\fB${code}\\fR`,
    roffText(sentence(text.charAt(0).toUpperCase() + text.slice(1))),
  ]);
}

/** The manual page of a command, as man(7) has it. */
export function commandPage(command: Command, context: PageContext): string {
  const { names } = context;
  const { meta, args, run } = command;
  const name = pageName(meta.name);
  const texts = argTexts(args);
  const below = names.filter(
    (other) => other.startsWith(`${meta.name} `) && !other.slice(meta.name.length + 1).includes(" "),
  );
  const examples = (meta.examples ?? []).flatMap((example) => [
    ".PP",
    roffText(sentence(example.does.charAt(0).toUpperCase() + example.does.slice(1))),
    ".PP",
    ".RS 4",
    ".EX",
    roffLiteral(example.run),
    ".EE",
    ".RE",
  ]);
  const privileges = privilegesOf(meta);
  const parent = meta.name.split(" ").slice(0, -1).join(" ");
  return [
    header(name, context),
    ...section("NAME", [
      `${name.replaceAll("-", "\\-")} \\- ${roffText(meta.summary.charAt(0).toLowerCase() + meta.summary.slice(1))}`,
    ]),
    ...section("SYNOPSIS", [`\\fB${roffLiteral(usageOf(command))}\\fR`]),
    ...section(
      "DESCRIPTION",
      (meta.description ?? [`${meta.summary}.`]).flatMap((text, i) => [
        ...(i > 0 ? [".PP"] : []),
        roffText(text),
      ]),
    ),
    ...section("SUBCOMMANDS", references(below)),
    ...section("ARGUMENTS", terms(texts.positionals)),
    ...section("OPTIONS", terms([...texts.flags, ...texts.globals])),
    ...section(
      "PRIVILEGES",
      privileges.length > 0
        ? [`It needs ${roffText(privileges.join("; "))}: see\n\\fBcapabilities\\fR(7).`]
        : [],
    ),
    ...section("EXIT STATUS", run ? exitStatus(meta.exitCodes) : []),
    ...section("EXAMPLES", examples.slice(examples.length > 0 ? 1 : 0)),
    ...section("SEE ALSO", references(["", ...(parent === "" ? [] : [parent]), ...(meta.seeAlso ?? [])])),
    "",
  ].join("\n");
}
