import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./packages.js";

const FILE = join(root, ".cache/build-stamps.json");
const SKIPPED = new Set(["node_modules", "dist", ".cache"]);

/** sha256 over the names and contents of files and of everything below directories; what is not there counts as empty. */
export function contentHash(paths: readonly string[], extra = ""): string {
  const hash = createHash("sha256").update(extra);
  for (const path of paths.flatMap(walk).sort())
    hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  return hash.digest("hex");
}

function walk(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name))
    .flatMap((name) => walk(join(path, name)));
}

/** Remembers from which content each output was built. */
export class Stamps {
  readonly #stamps: Record<string, string>;

  constructor() {
    this.#stamps = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Record<string, string>) : {};
  }

  /** Whether `key` was built from content with this hash, and all its outputs are still there. */
  fresh(key: string, hash: string, outputs: readonly string[]): boolean {
    return this.#stamps[key] === hash && outputs.every((path) => existsSync(path));
  }

  /** Writes down that `key` was built; at once, so that a failure elsewhere does not lose it. */
  set(key: string, hash: string): void {
    this.#stamps[key] = hash;
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${JSON.stringify(this.#stamps, undefined, 2)}\n`);
  }
}
