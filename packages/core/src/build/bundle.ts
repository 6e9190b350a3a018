import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail } from "../errors.js";
import { coreDirectory } from "./paths.js";

type Esbuild = typeof import("esbuild");

/** esbuild of the package, else the one beside core. */
async function loadEsbuild(dir: string, name: string): Promise<Esbuild> {
  for (const from of [dir, coreDirectory()]) {
    try {
      const path = createRequire(join(from, "package.json")).resolve("esbuild");
      const loaded = (await import(pathToFileURL(path).href)) as Esbuild & { default?: Esbuild };
      return loaded.default ?? loaded;
    } catch {
      // looked for elsewhere
    }
  }
  const reason = "src/index.ts needs esbuild, which is not installed: npm install --save-dev esbuild";
  return fail("ERR_EMPTCP_BUILD", { package: name, reason });
}

/**
 * Bundles `src/index.ts` (or `.js`) into `dist/index.js`; packages that it imports stay imports. What was there stays until
 * the new one is whole.
 *
 * @throws ERR_EMPTCP_BUILD with the compiler's messages
 */
export async function bundle(dir: string, name: string): Promise<void> {
  const entry = ["src/index.ts", "src/index.js"].find((path) => existsSync(join(dir, path)));
  if (entry === undefined) fail("ERR_EMPTCP_BUILD", { package: name, reason: "src/index.ts is missing" });
  const esbuild = await loadEsbuild(dir, name);
  try {
    await esbuild.build({
      absWorkingDir: dir,
      entryPoints: [entry ?? ""],
      outfile: "dist/index.js",
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "silent",
    });
  } catch (error) {
    const { errors } = error as Partial<import("esbuild").BuildFailure>;
    if (!errors) throw error;
    const told = await esbuild.formatMessages(errors, { kind: "error" });
    const reason = `bundle ${entry ?? ""}:\n${told.join("").trimEnd()}`;
    fail("ERR_EMPTCP_BUILD", { package: name, reason });
  }
}
