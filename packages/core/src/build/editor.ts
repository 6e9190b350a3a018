import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hook } from "../module/types.js";
import { languageFlags } from "./clang.js";

const FILE = "compile_flags.txt";

/**
 * Writes `compile_flags.txt`, with which clangd and so every editor that speaks to it knows the SDK. Paths of this machine
 * are in it, so it is no file to commit.
 */
export function writeEditorFlags(dir: string, hook: Hook): void {
  const text = `${["-xc", ...languageFlags(hook)].join("\n")}\n`;
  const path = join(dir, FILE);
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}
