import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkManifest } from "../module/manifest.js";
import { throwProblems } from "../errors.js";
import { HOOKS, type Hook, type Manifest } from "../module/types.js";
import { digest, isFresh, remember } from "./cache.js";
import { clangFlags, clangVersion, compile } from "./clang.js";
import { loadDefinition } from "./definition.js";
import { makeManifest } from "./make-manifest.js";
import { readPackageInfo, type PackageInfo } from "./package-info.js";
import { includeDirectory } from "./paths.js";

const CORE_PROGRAMS = ["root", "entry", "pass", "empty"] as const;

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
  remember(dir, hash);
  return { name, dir, built };
}

/** Compiles a module's objects when its C changed; its manifest is made anew each time. */
async function buildModule(info: PackageInfo): Promise<BuildResult> {
  const { dir, name } = info;
  const found = await loadDefinition(dir, name);
  const { symbol, hooks } = found.definition;
  const source = `src/${symbol}.bpf.c`;
  const jobs = hooks.map((hook: Hook) => ({
    package: name,
    cwd: dir,
    source,
    output: join(dir, "dist", `${symbol}.${hook}.bpf.o`),
    hook,
  }));
  const flags = hooks.flatMap((hook) => clangFlags(hook, ""));
  const hash = digest(
    [join(dir, source), join(dir, "include"), includeDirectory()],
    await clangVersion(),
    ...flags,
  );
  const built = !isFresh(
    dir,
    hash,
    jobs.map(({ output }) => output),
  );
  if (built) await compileAll(jobs);
  const objects = new Map(
    jobs.map(({ hook, output }) => [hook, { file: `${symbol}.${hook}.bpf.o`, bytes: readFileSync(output) }]),
  );
  const manifest = makeManifest(info, found, objects);
  throwProblems(checkManifest(manifest), "ERR_EMPTCP_MANIFEST");
  writeFileSync(join(dir, "dist", "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  remember(dir, hash);
  return { name, dir, built, manifest };
}

/**
 * Builds one package: a module's objects and manifest into its `dist`, or core's own programs into `dist/bpf`.
 *
 * @throws ERR_EMPTCP_BUILD with clang's messages, or with every difference between schema and C
 */
export async function buildPackage(directory: string): Promise<BuildResult> {
  const info = readPackageInfo(resolve(directory));
  return info.name === "@emptcp/core" ? buildCore(info) : buildModule(info);
}
