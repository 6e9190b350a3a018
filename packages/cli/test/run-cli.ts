import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));

/** What a command line left. */
export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** How to run a command line. */
export interface CliOptions {
  readonly input?: string;
  /** Replaces the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** User to run it as; absent: this one. */
  readonly uid?: number;
}

/** The command line that runs `emptcp` from its sources, in any directory. */
export const command = [
  process.execPath,
  "--conditions=@emptcp/source",
  "--import",
  import.meta.resolve("tsx"),
  bin,
];

/** Runs `emptcp` from its sources in the workspace, so that it finds the workspace's modules. */
export function emptcp(args: readonly string[], options: CliOptions = {}): CliResult {
  const [node = "", ...words] = command;
  const { status, stdout, stderr } = spawnSync(node, [...words, ...args], {
    cwd: root,
    encoding: "utf8",
    input: options.input ?? "",
    ...(options.env && { env: options.env }),
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  return { code: status, out: stdout, err: stderr };
}

/** Writes files into a new directory. */
export class PolicyDirectory {
  readonly path = mkdtempSync(join(tmpdir(), "emptcp-cli-"));

  /** @returns the path of the file */
  write(name: string, text: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
