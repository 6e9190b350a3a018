import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { build as bundle } from "tsup";
import { shared } from "../tsup.config.js";
import { entries } from "./lib/entries.js";
import { isModule, root, workspacePackages } from "./lib/packages.js";
import { run, seconds } from "./lib/run.js";
import { contentHash, Stamps } from "./lib/stamps.js";
import { removeStale } from "./lib/stale.js";

const stamps = new Stamps();
const packages = workspacePackages();
const told = (names: readonly string[]): string => (names.length === 0 ? "nothing changed" : names.join(" "));
const common = ["tsup.config.ts", "pnpm-lock.yaml"].map((file) => join(root, file));

/** JavaScript: one bundle per package whose sources changed. Returns what was built. */
async function scripts(): Promise<string> {
  const built: string[] = [];
  const failures: string[] = [];
  for (const pkg of packages) {
    const entry = entries(pkg);
    const outputs = Object.keys(entry).map((name) => join(pkg.path, "dist", `${name}.js`));
    const hash = contentHash([join(pkg.path, "src"), join(pkg.path, "package.json"), ...common]);
    if (outputs.length === 0 || stamps.fresh(`js:${pkg.dir}`, hash, outputs)) continue;
    const started = Date.now();
    process.chdir(pkg.path); // tsup reads what is external from the package.json beside it
    try {
      await bundle({
        ...shared,
        entry,
        esbuildOptions: (options) => void (options.absWorkingDir = pkg.path),
      });
    } catch (error) {
      failures.push(`packages/${pkg.dir}: ${explain(error)}`);
      continue;
    } finally {
      process.chdir(root);
    }
    removeStale(pkg.path, started);
    stamps.set(`js:${pkg.dir}`, hash);
    built.push(pkg.dir);
  }
  if (failures.length > 0) throw new Error(failures.join("\n"));
  return told(built);
}

/** Objects and manifests of core and of the modules, by core's own build command, which skips what is unchanged. */
async function objects(): Promise<string> {
  const dirs = packages.filter(({ dir }) => dir === "core" || isModule(dir)).map(({ path }) => path);
  const result = await run("node", [join(root, "packages/core/dist/build-cli.js"), ...dirs]);
  const lines = result.output.trimEnd().split("\n");
  if (!result.ok)
    throw new Error(lines.filter((line) => !/: (built|nothing changed)$/.test(line)).join("\n"));
  return told(lines.flatMap((line) => /^(.+): built$/.exec(line)?.[1] ?? []));
}

/** Declarations, by one `tsc -b` over everything that changed. */
async function declarations(): Promise<string> {
  const built = packages.filter(({ path }) => existsSync(join(path, "tsconfig.json")));
  const outputs = built.flatMap((pkg) =>
    Object.keys(entries(pkg)).map((name) => join(pkg.path, "dist", `${name}.d.ts`)),
  );
  const inputs = built.flatMap(({ path }) =>
    ["src", "package.json", "tsconfig.json"].map((file) => join(path, file)),
  );
  const hash = contentHash([...inputs, ...common, join(root, "tsconfig.base.json")]);
  if (stamps.fresh("types", hash, outputs)) return told([]);
  const force = outputs.every((path) => existsSync(path)) ? [] : ["--force"];
  const result = await run("tsc", ["-b", ...force, ...built.map(({ path }) => path)], true);
  if (!result.ok) throw new Error("see above");
  stamps.set("types", hash);
  return told(built.map(({ dir }) => dir));
}

/** The manual pages of the command line. */
async function manual(): Promise<string> {
  const hash = contentHash([join(root, "packages/cli/src"), join(root, "packages/cli/package.json")]);
  if (stamps.fresh("manual", hash, [join(root, "packages/cli/dist/man/emptcp.1")])) return told([]);
  await import("./build-manual.js");
  stamps.set("manual", hash);
  return told(["cli"]);
}

const explain = (error: unknown): string => (error instanceof Error ? error.message : String(error));

mkdirSync(join(root, ".cache"), { recursive: true });
for (const [name, step] of Object.entries({ scripts, objects, declarations, manual })) {
  const started = performance.now();
  try {
    const what = await step();
    console.log(`build: ${name}: ${what} (${seconds((performance.now() - started) / 1000)})`);
  } catch (error) {
    console.error(`build: ${name}: ${explain(error)}`);
    process.exitCode = 1;
  }
}
