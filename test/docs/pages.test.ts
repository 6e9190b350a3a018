import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readPage, type Block } from "./page.js";
import { follow, patternOf, type BlockResult } from "./session.js";

const root = resolve(import.meta.dirname, "../..");
const guides = join(root, "docs/guide");
const pages = [
  "README.md",
  "docs/from-emptcp.md",
  ...readdirSync(guides).map((file) => `docs/guide/${file}`),
];

/** Kernels before 6.6 have no tcx and use clsact. */
const anyKernel = (text: string): string => text.replaceAll("(clsact)", "(tcx)");

const sessions = new Map<string, ReturnType<typeof follow>>();
/** Follows a page, once. Pages see nothing of each other, so that one can begin while another one is followed. */
const session = (name: string): ReturnType<typeof follow> => {
  const found = sessions.get(name) ?? follow(readPage(join(root, name)).blocks, root);
  sessions.set(name, found);
  return found;
};

describe.each(pages)("%s", (name) => {
  const { text, blocks } = readPage(join(root, name));
  const of = <K extends Block["kind"]>(kind: K): Extract<Block, { kind: K }>[] =>
    blocks.filter((block): block is Extract<Block, { kind: K }> => block.kind === kind);

  it("has commands, and no code that nobody tests", () => {
    expect(of("run").length).toBeGreaterThan(0);
    expect(of("prose").filter(({ language }) => language !== "text")).toEqual([]);
    blocks.forEach(({ kind, line }, i) => {
      if (kind === "prints") expect(blocks[i - 1]?.kind, `line ${line}`).toBe("run");
    });
  });

  it("names npm scripts that are there", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    for (const { text: lines } of of("scripts"))
      for (const line of lines.trim().split("\n"))
        expect(Object.keys(scripts)).toContain(line.replace(/^npm (run )?/, ""));
  });

  it("names the files that the reader writes", () => {
    const lines = text.split("\n");
    for (const { path, line } of of("file"))
      expect(lines.slice(0, line).join("\n"), `line ${line}`).toContain(`\`${path}\``);
  });

  it("has links that lead somewhere", () => {
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !existsSync(join(root, dirname(name), target)))).toEqual([]);
  });

  it("shows files as they are", () => {
    for (const { path, text: shown } of of("shows"))
      expect(shown).toBe(readFileSync(join(root, path), "utf8"));
    for (const { path, text: shown } of of("part"))
      expect(readFileSync(join(root, path), "utf8")).toContain(shown.trimEnd());
  });

  describe("followed to the letter", () => {
    let results: (BlockResult | undefined)[] = [];
    beforeAll(async () => {
      const mine = session(name);
      const next = pages[pages.indexOf(name) + 1];
      if (next !== undefined) session(next).catch(() => undefined);
      results = await mine;
    }, 120_000);

    it("works, and prints what it says", () => {
      blocks.forEach((block, i) => {
        if (block.kind !== "run") return;
        const result = results[i];
        const what = `line ${block.line}:\n${block.text}${result?.output ?? "was not reached"}`;
        expect(result, what).toBeDefined();
        if (block.fails) expect(result?.status, what).not.toBe(0);
        else expect(result?.status, what).toBe(0);
        const next = blocks[i + 1];
        if (next?.kind !== "prints") return;
        const printed = anyKernel(`${result?.output.trimEnd() ?? ""}\n`).replace(/[ \t]+$/gm, "");
        if (!patternOf(anyKernel(next.text)).test(printed)) expect(printed, what).toBe(anyKernel(next.text));
      });
    });
  });
});
