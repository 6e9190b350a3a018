import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { build as bundle } from "tsup";
import { shared } from "../tsup.config.js";
import { entries } from "./lib/entries.js";
import { isModule, root, workspacePackages, type WorkspacePackage } from "./lib/packages.js";
import { run, seconds } from "./lib/run.js";
import { contentHash, Stamps } from "./lib/stamps.js";

const stamps = new Stamps();
const packages = workspacePackages();
const core = join(root, "packages/core");
const common = ["tsup.config.ts", "pnpm-lock.yaml"].map((file) => join(root, file));

/** JavaScript: one bundle per package whose sources changed. Returns how many were built. */
async function scripts(): Promise<number> {
  let built = 0;
  for (const pkg of packages) {
    const entry = entries(pkg);
    const outputs = Object.keys(entry).map((name) => join(pkg.path, "dist", `${name}.js`));
    const hash = contentHash([join(pkg.path, "src"), join(pkg.path, "package.json"), ...common]);
    if (outputs.length === 0 || stamps.fresh(`js:${pkg.dir}`, hash, outputs)) continue;
    process.chdir(pkg.path); // tsup reads what is external from the package.json beside it
    await bundle({ ...shared, entry });
    process.chdir(root);
    stamps.set(`js:${pkg.dir}`, hash);
    built++;
  }
  return built;
}

/** Objects and manifests of core and of the modules, by core's own build command. */
async function objects(): Promise<number> {
  const command = join(core, "dist/build-cli.js");
  const sdk = ["include", "bpf", "src/build", "src/object"].map((dir) => join(core, dir));
  const clang = (await run("clang", ["--version"])).output;
  const stale: { pkg: WorkspacePackage; hash: string }[] = [];
  for (const pkg of packages.filter(({ dir }) => dir === "core" || isModule(dir))) {
    const hash = contentHash([join(pkg.path, "src"), join(pkg.path, "package.json"), ...sdk], clang);
    if (!stamps.fresh(`bpf:${pkg.dir}`, hash, bpfOutputs(pkg))) stale.push({ pkg, hash });
  }
  if (stale.length === 0) return 0;
  const result = await run("node", [command, ...stale.map(({ pkg }) => pkg.path)], true);
  if (!result.ok) throw new Error("build objects: see above");
  for (const { pkg, hash } of stale) stamps.set(`bpf:${pkg.dir}`, hash);
  return stale.length;
}

const bpfOutputs = (pkg: WorkspacePackage): string[] =>
  isModule(pkg.dir) ? [join(pkg.path, "dist/manifest.json")] : [];

/** Declarations, by one `tsc -b` over everything that changed. */
async function declarations(): Promise<number> {
  const built = packages.filter(({ path }) => existsSync(join(path, "tsconfig.json")));
  const outputs = built.flatMap((pkg) =>
    Object.keys(entries(pkg)).map((name) => join(pkg.path, "dist", `${name}.d.ts`)),
  );
  const inputs = built.flatMap(({ path }) =>
    ["src", "package.json", "tsconfig.json"].map((file) => join(path, file)),
  );
  const hash = contentHash([...inputs, ...common, join(root, "tsconfig.base.json")]);
  if (stamps.fresh("types", hash, outputs)) return 0;
  const force = outputs.every((path) => existsSync(path)) ? [] : ["--force"];
  const result = await run("tsc", ["-b", ...force, ...built.map(({ path }) => path)], true);
  if (!result.ok) throw new Error("build declarations: see above");
  stamps.set("types", hash);
  return built.length;
}

mkdirSync(join(root, ".cache"), { recursive: true });
for (const [name, step] of Object.entries({ scripts, objects, declarations })) {
  const started = performance.now();
  try {
    const count = await step();
    const what = count === 0 ? "nothing changed" : `${count} packages`;
    console.log(`build: ${name}: ${what} (${seconds((performance.now() - started) / 1000)})`);
  } catch (error) {
    console.error(`build: ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    break;
  }
}
