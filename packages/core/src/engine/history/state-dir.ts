import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where the engine keeps what must outlive the kernel, unless told otherwise. */
export const DEFAULT_STATE_DIR = "/var/lib/emptcp";

/** The state directory that was chosen: by the caller, by EMPTCP_STATE_DIR, or the default; false for none. */
export function chooseStateDir(given: string | false | undefined): string | undefined {
  if (given === false) return undefined;
  return resolve(given ?? process.env["EMPTCP_STATE_DIR"] ?? DEFAULT_STATE_DIR);
}

/** The part of a state directory that belongs to one pin directory: `/sys/fs/bpf/emptcp` is `sys-fs-bpf-emptcp`. */
export function stateOf(stateDir: string, pinDir: string): string {
  const name = resolve(pinDir).slice(1).replaceAll("%", "%25").replaceAll("-", "%2d").replaceAll("/", "-");
  return join(stateDir, name);
}

/** Makes a directory that only its owner can read. */
export function makePrivate(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
