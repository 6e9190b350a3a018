import { readFileSync } from "node:fs";

/** What a fenced block of a page is, by the words behind its language. */
export type Block =
  /** `c packages/x/y.c`: a file of this repository, as it is. */
  | { readonly kind: "shows"; readonly path: string; readonly text: string; readonly line: number }
  /** `c part=packages/x/y.c`: lines of a file of this repository. */
  | { readonly kind: "part"; readonly path: string; readonly text: string; readonly line: number }
  /** `c file=src/y.c`: a file that the reader writes, relative to where the shell is. */
  | { readonly kind: "file"; readonly path: string; readonly text: string; readonly line: number }
  /** `sh run`, `sh run fails`: what the reader types. */
  | { readonly kind: "run"; readonly fails: boolean; readonly text: string; readonly line: number }
  /** `text prints`: what the block before it prints; `…` stands for anything. */
  | { readonly kind: "prints"; readonly text: string; readonly line: number }
  /** `sh scripts`: npm scripts of the clone, which CI runs by themselves. */
  | { readonly kind: "scripts"; readonly text: string; readonly line: number }
  /** No code: pictures, and what nobody types. */
  | { readonly kind: "prose"; readonly language: string; readonly text: string; readonly line: number };

/** A page of the documentation. */
export interface Page {
  readonly text: string;
  readonly blocks: readonly Block[];
}

function blockOf(language: string, words: string, text: string, line: number): Block {
  const [first = "", second = ""] = words.split(" ");
  if (first === "run") return { kind: "run", fails: second === "fails", text, line };
  if (first === "scripts") return { kind: "scripts", text, line };
  if (first === "prints") return { kind: "prints", text, line };
  if (first.startsWith("file=")) return { kind: "file", path: first.slice("file=".length), text, line };
  if (first.startsWith("part=")) return { kind: "part", path: first.slice("part=".length), text, line };
  if (first !== "") return { kind: "shows", path: first, text, line };
  return { kind: "prose", language, text, line };
}

/** Reads the fenced blocks of a Markdown file. */
export function readPage(path: string): Page {
  const text = readFileSync(path, "utf8");
  const found = text.matchAll(/^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm);
  const blocks = [...found].map(({ 1: language = "", 2: words = "", 3: body = "", index }) =>
    blockOf(language, words, body, text.slice(0, index).split("\n").length),
  );
  return { text, blocks };
}
