import { fail } from "@emptcp/core";

/** True when the process is root. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** @throws ERR_EMPTCP_NOT_ROOT @param what the command, for the message */
export function requireRoot(what: string): void {
  if (!isRoot()) fail("ERR_EMPTCP_NOT_ROOT", { what, uid: process.geteuid?.() ?? -1 });
}
