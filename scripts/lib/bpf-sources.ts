import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./packages.js";

const SKIPPED = new Set(["node_modules", "dist", ".cache"]);

/** Files below a directory; symbolic links are not followed, since packages of a workspace link to each other. */
function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isFile()) return [path];
    return entry.isDirectory() && !SKIPPED.has(entry.name) ? filesBelow(path) : [];
  });
}

/** C sources and headers of the BPF side, relative to the root. */
export const bpfSources: readonly string[] = ["packages", "bench"]
  .flatMap((dir) => filesBelow(join(root, dir)))
  .filter((path) => /\.bpf\.[ch]$/.test(path))
  .map((path) => relative(root, path));
