import { closeSync, openSync, writeSync } from "node:fs";
import { fail } from "@emptcp/core";

/** Where the blocks of a capture go. */
export interface Blocks {
  /** @throws ERR_EMPTCP_OUTPUT_FILE */
  readonly write: (block: Buffer) => void;
  readonly close: () => void;
}

/** Opens a capture file for its owner only, or standard output for `-`. @throws ERR_EMPTCP_OUTPUT_FILE */
export function openBlocks(file: string): Blocks {
  if (file === "-") return { write: (block) => void process.stdout.write(block), close: () => undefined };
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return fail("ERR_EMPTCP_OUTPUT_FILE", { file, reason }, { cause });
    }
  };
  const fd = attempt(() => openSync(file, "w", 0o600));
  const write = (block: Buffer): void => {
    attempt(() => {
      for (let at = 0; at < block.length; ) at += writeSync(fd, block, at);
    });
  };
  return { write, close: () => closeSync(fd) };
}
