import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { accessError } from "../access-error.js";
import { emptcpError, type EmptcpError } from "../../errors.js";
import { errnoText } from "../../libbpf/errno.js";

/** `no space left (ENOSPC)` of what a file operation threw; other errors say it themselves. */
function reasonOf(error: unknown): string {
  const { errno, code, message } = error as NodeJS.ErrnoException;
  if (errno !== undefined && code !== undefined) return `${errnoText(Math.abs(errno))} (${code})`;
  return message ?? String(error);
}

/** Why a directory, or a file in it, could not be written, in words. @param error what writing threw */
export function whyUnwritten(directory: string, error: unknown): string {
  let nearest = directory;
  while (!existsSync(nearest) && nearest !== dirname(nearest)) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
  } catch (refusal) {
    // Making directories on a file system that is read-only fails as if their parent were not there.
    return reasonOf(refusal);
  }
  return reasonOf(error);
}

/** The error of a history that could not be read: ERR_EMPTCP_ACCESS where a right lacks, else ERR_EMPTCP_NO_HISTORY. */
export function unreadable(error: unknown): EmptcpError {
  const hint =
    "run it with sudo, or give this user read access; --state-dir names another directory: docs/non-root.md";
  return (
    accessError(error, hint) ??
    emptcpError("ERR_EMPTCP_NO_HISTORY", { reason: reasonOf(error) }, { cause: error })
  );
}
