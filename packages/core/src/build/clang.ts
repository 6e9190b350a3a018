import { execFile } from "node:child_process";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { fail } from "../errors.js";
import type { Hook } from "../module/types.js";
import { includeDirectory, multiarchInclude } from "./paths.js";

const run = promisify(execFile);

/** One object to compile. */
export interface CompileJob {
  /** Name of the package, for messages. */
  readonly package: string;
  /** Directory that clang runs in, so that objects hold no path of this machine. */
  readonly cwd: string;
  /** Source, relative to `cwd`. */
  readonly source: string;
  /** Absolute path of the object. */
  readonly output: string;
  readonly hook: Hook;
  /** Messages for a terminal, with escape sequences. */
  readonly color?: boolean;
}

/** clang did not compile; what it said is part of the error that this is the cause of. */
export class CompilerError extends Error {
  override readonly name = "CompilerError";
  /** Nothing that the other error does not say. */
  readonly summary = "";

  /** @param stderr as clang wrote it, with its escape sequences */
  constructor(readonly stderr: string) {
    super("clang failed");
  }
}

let multiarch: string | undefined | null = null;

/** What a source means for a hook: target, macros, where headers are; for editors too. */
export function languageFlags(hook: Hook): string[] {
  multiarch = multiarch === null ? multiarchInclude() : multiarch;
  return [
    ...["-O2", "-Wall", "-target", "bpf", "-mcpu=v3"],
    `-DEMPTCP_HOOK_${hook.toUpperCase().replace("-", "_")}`,
    ...["-I", includeDirectory()],
    ...(multiarch === undefined ? [] : ["-idirafter", multiarch]),
  ];
}

/** Arguments of clang for a hook, without file names. */
export function clangFlags(hook: Hook, cwd: string): string[] {
  return [
    ...languageFlags(hook),
    ...["-g", "-Werror", "-ferror-limit=5", "-fmacro-backtrace-limit=2"],
    `-ffile-prefix-map=${cwd}=.`,
    `-ffile-prefix-map=${includeDirectory()}=include`,
    "-fdebug-compilation-dir=.",
  ];
}

/**
 * Compiles one object and strips all debugging data but BTF. What was there stays until the new one is whole.
 *
 * @throws ERR_EMPTCP_BUILD with clang's own messages and source lines
 */
export async function compile(job: CompileJob): Promise<void> {
  await mkdir(dirname(job.output), { recursive: true });
  const unfinished = `${job.output}.${process.pid}`;
  try {
    const color = job.color ? ["-fcolor-diagnostics"] : [];
    const args = [...clangFlags(job.hook, job.cwd), ...color, "-c", job.source, "-o", unfinished];
    await run("clang", args, { cwd: job.cwd });
    await run("llvm-strip", ["-g", unfinished]);
    await rename(unfinished, job.output);
  } catch (error) {
    await rm(unfinished, { force: true });
    const { stderr, code } = error as { stderr?: string; code?: string };
    const reason =
      code === "ENOENT"
        ? "clang or llvm-strip is not installed"
        : `compile ${job.source} for ${job.hook}:\n${plain(stderr ?? String(error))}`;
    const cause = stderr === undefined ? error : new CompilerError(stderr);
    fail("ERR_EMPTCP_BUILD", { package: job.package, reason }, { cause });
  }
}

const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*[mK]/g, "").trimEnd();

/** Version line of clang, part of what decides whether objects are still right. */
export async function clangVersion(): Promise<string> {
  try {
    return (await run("clang", ["--version"])).stdout.split("\n")[0] ?? "";
  } catch (error) {
    return fail(
      "ERR_EMPTCP_BUILD",
      { package: "objects", reason: "clang is not installed" },
      { cause: error },
    );
  }
}
