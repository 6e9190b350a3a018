import { describe, expect, it } from "vitest";
import { commandTree, flatten } from "./command-tree.js";
import { findCommand } from "./find-command.js";
import { helpOf, overview } from "./help/help.js";
import { parseLine } from "./parse-args.js";
import { strangers } from "./help/strangers.js";
import { splitLine } from "./split-line.js";
import { plain } from "./terminal.js";

const all = flatten((await commandTree()).flatMap(({ nodes }) => nodes));
const names = all.map(({ meta }) => meta.name);
const cases = all.map((command) => [command.meta.name, command] as const);

/** Splits a line as a shell does, as far as examples need it: quotes, and an end at pipes and redirections. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const end = words.findIndex((word) => /^(?:[|;&]|\d?[<>])/.test(word));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replace(/["']/g, ""));
}

/** Every `emptcp …` in a line of an example: `$(emptcp …)`, `cat x | emptcp …`. */
const linesOf = (run: string): string[] => run.match(/(?<![\w/-])emptcp\s[^|)`]*/g) ?? [];

async function check(line: string): Promise<void> {
  const { before, words, help } = splitLine(wordsOf(line).slice(1));
  if (help || words[0] === "help") return;
  const { command, words: rest } = await findCommand(words);
  await parseLine(command.meta.name, command.args ?? {}, [...before, ...rest], {});
}

describe.each(cases)("emptcp %s", (name, { meta, args, run, subCommands }) => {
  it("says what it does as all commands do", () => {
    expect(meta.summary).toMatch(/^[A-Z].{5,58}[^.]$/);
    for (const paragraph of meta.description ?? []) expect(paragraph).toMatch(/^\S.*[.:]$/s);
    for (const { run: line } of meta.examples ?? []) expect(line).toContain("emptcp");
    for (const { description } of Object.values(args ?? {})) expect(description).toMatch(/^.{3,}[^.]$/);
    expect(meta.examples?.length ?? 0, "has an example").toBeGreaterThan(0);
    expect(run !== undefined || subCommands !== undefined).toBe(true);
  });

  it("names only commands that exist", () => {
    for (const other of meta.seeAlso ?? []) if (!other.includes("(")) expect(names).toContain(other);
    const texts = [...(meta.description ?? []), ...Object.values(args ?? {}).map((arg) => arg.description)];
    expect(texts.flatMap((text) => strangers(text, names))).toEqual([]);
  });

  it("has examples that its grammar takes", async () => {
    for (const { run: line } of meta.examples ?? []) {
      const lines = linesOf(line);
      expect(lines.length, line).toBeGreaterThan(0);
      for (const one of lines) await check(one);
    }
  });

  it("fits into 80 columns", async () => {
    const help = await helpOf({ meta, ...(args && { args }), ...(subCommands && { subCommands }) }, look);
    const examples = (meta.examples ?? []).map(({ run: line }) => `  ${line}`);
    const long = help.split("\n").filter((line) => line.length > 80 && !examples.includes(line));
    expect(long).toEqual([]);
    expect(name.split(" ").length).toBeLessThan(4);
  });
});

const look = { width: 80, style: plain };

describe("texts about commands", () => {
  it("the overview has every command once, and fits into 80 columns", async () => {
    const text = await overview(look);
    for (const name of names.filter((one) => !one.includes(" ")))
      expect(text.match(new RegExp(`^  ${name} `, "gm"))).toHaveLength(1);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});
