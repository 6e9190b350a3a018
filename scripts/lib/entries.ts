import { existsSync } from "node:fs";
import { join } from "node:path";
import type { WorkspacePackage } from "./packages.js";

const SOURCE = "@emptcp/source";

/** Programs that a package starts itself: output without extension -> source. */
const PROCESSES = { "build-cli": "src/build-cli.ts", watchdog: "src/engine/confirm/watchdog.ts" };

/**
 * Entry points of a package, read off its package.json: every export that names its source, and every bin.
 * `./dist/build/index.js` is bundled from `src/build/index.ts`; a bin from the file of the same name.
 *
 * @returns output without extension -> source, both relative to the package
 */
export function entries(pkg: WorkspacePackage): Record<string, string> {
  const found: Record<string, string> = {};
  for (const target of Object.values(pkg.json.exports ?? {})) {
    if (typeof target !== "object" || target === null) continue;
    const { [SOURCE]: source, default: output } = target as Record<string, string | undefined>;
    if (source !== undefined && output !== undefined) found[outputName(output)] = strip(source);
  }
  for (const output of Object.values(pkg.json.bin ?? {})) found[outputName(output)] = sourceOf(output);
  for (const [name, source] of Object.entries(PROCESSES)) {
    if (existsSync(join(pkg.path, source))) found[name] = source;
  }
  return found;
}

const strip = (path: string): string => path.replace(/^\.\//, "");
const outputName = (path: string): string =>
  strip(path)
    .replace(/^dist\//, "")
    .replace(/\.js$/, "");
const sourceOf = (output: string): string => `src/${outputName(output)}.ts`;
