import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkManifest } from "../module/manifest.js";
import { fail, throwProblems } from "../errors.js";
import { HOOKS, type Hook, type Manifest } from "../module/types.js";
import { bundle } from "./bundle.js";
import { digest, isFresh, remember } from "./cache.js";
import { clangFlags, clangVersion, compile } from "./clang.js";
import { loadDefinition } from "./definition.js";
import { describeObject } from "./describe.js";
import { writeEditorFlags } from "./editor.js";
import { makeManifest, type Objects } from "./make-manifest.js";
import { readPackageInfo, type PackageInfo } from "./package-info.js";
import { includeDirectory } from "./paths.js";
import { typesFile } from "./types-file.js";

const CORE_PROGRAMS = ["root", "entry", "pass", "empty", "learn"] as const;

/** How to build. */
export interface BuildOptions {
  /** Bundle src/index.ts into dist/index.js first; without it the bundle must be there. */
  readonly bundle?: boolean;
  /** What clang says is kept for a terminal, too: with escape sequences, in the error's cause. */
  readonly color?: boolean;
}

/** What became of one package. */
export interface BuildResult {
  readonly name: string;
  readonly dir: string;
  /** False when nothing had changed. */
  readonly built: boolean;
  /** Absent for core itself. */
  readonly manifest?: Manifest;
}

/** Compiles the jobs, two at a time. */
async function compileAll(jobs: readonly Parameters<typeof compile>[0][]): Promise<void> {
  const queue = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job; job = queue.shift()) await compile(job);
  };
  await Promise.all([worker(), worker()]);
}

async function buildCore(info: PackageInfo): Promise<BuildResult> {
  const { dir, name } = info;
  const jobs = CORE_PROGRAMS.flatMap((program) =>
    HOOKS.map((hook) => ({
      package: name,
      cwd: dir,
      source: `bpf/${program}.bpf.c`,
      output: join(dir, "dist", "bpf", `${program}.${hook}.bpf.o`),
      hook,
    })),
  );
  const hash = digest(
    [join(dir, "bpf"), includeDirectory()],
    await clangVersion(),
    ...HOOKS.flatMap((hook) => clangFlags(hook, "")),
  );
  const built = !isFresh(
    dir,
    hash,
    jobs.map(({ output }) => output),
  );
  if (built) await compileAll(jobs);
  writeEditorFlags(dir, "xdp");
  remember(dir, hash);
  return { name, dir, built };
}

/** The C source and the headers beside it. */
function cFiles(dir: string): string[] {
  const files = readdirSync(join(dir, "src"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /\.[ch]$/.test(file))
    .sort()
    .map((file) => join(dir, "src", file));
}

/** Compiles a module's objects when its C changed; its manifest is made anew each time. */
async function buildModule(info: PackageInfo, options: BuildOptions): Promise<BuildResult> {
  const { dir, name } = info;
  const { color = false } = options;
  if (options.bundle) await bundle(dir, name);
  const found = await loadDefinition(dir, name, options.bundle);
  const { symbol, hooks } = found.definition;
  const source = `src/${symbol}.bpf.c`;
  if (!existsSync(join(dir, source))) {
    const reason = `${source} is missing: the C source has the name of \`symbol\` in src/index.ts`;
    fail("ERR_EMPTCP_BUILD", { package: name, reason });
  }
  const jobs = hooks.map((hook: Hook) => ({
    package: name,
    cwd: dir,
    source,
    output: join(dir, "dist", `${symbol}.${hook}.bpf.o`),
    hook,
    color,
  }));
  const flags = hooks.flatMap((hook) => clangFlags(hook, ""));
  const hash = digest(
    [...cFiles(dir), join(dir, "include"), includeDirectory()],
    await clangVersion(),
    ...flags,
  );
  const built = !isFresh(
    dir,
    hash,
    jobs.map(({ output }) => output),
  );
  writeEditorFlags(dir, hooks[0] ?? "xdp");
  if (built) await compileAll(jobs);
  const objects = new Map(
    jobs.map(({ hook, output }) => [hook, { file: `${symbol}.${hook}.bpf.o`, bytes: readFileSync(output) }]),
  );
  const manifest = makeManifest(info, found, objects);
  throwProblems(checkManifest(manifest), "ERR_EMPTCP_MANIFEST");
  writeFileSync(join(dir, "dist", "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeTypes(dir, name, manifest, objects);
  remember(dir, hash);
  return { name, dir, built, manifest };
}

/** Writes what the module's maps and events look like in TypeScript; they are the same on every hook. */
function writeTypes(dir: string, name: string, manifest: Manifest, objects: Objects): void {
  const [any] = [...objects.values()];
  if (!any) return;
  const { btf } = describeObject(any.bytes, name);
  writeFileSync(
    join(dir, "dist", "types.d.ts"),
    typesFile(btf, manifest.symbol, manifest.maps, manifest.events ?? []),
  );
}

/**
 * Builds one package: a module's objects and manifest into its `dist`, or core's own programs into `dist/bpf`.
 *
 * @throws ERR_EMPTCP_BUILD with clang's messages, or with every difference between schema and C
 */
export async function buildPackage(directory: string, options: BuildOptions = {}): Promise<BuildResult> {
  const info = readPackageInfo(resolve(directory));
  return info.name === "@emptcp/core" ? buildCore(info) : buildModule(info, options);
}
