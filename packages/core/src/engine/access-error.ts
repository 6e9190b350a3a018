import { emptcpError, type EmptcpError } from "../errors.js";

/** What a file system's refusal means to users; undefined when the error is another one. @param hint a nearer way out */
export function accessError(error: unknown, hint?: string): EmptcpError | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if ((code !== "EACCES" && code !== "EPERM") || path === undefined) return undefined;
  return emptcpError(
    "ERR_EMPTCP_ACCESS",
    { what: `open ${path}`, uid: process.geteuid?.() ?? -1 },
    { cause: error, ...(hint !== undefined && { hint }) },
  );
}
