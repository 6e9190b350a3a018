import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const BPFFS = "/sys/fs/bpf";
const NAME = /^emptcp-bench-(\d+)-/;

/** Removes what runs of the bench left that were killed: pins of processes that are gone. Nothing is attached there. */
export function removeLeftovers(): void {
  for (const name of readdirSync(BPFFS)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    rmSync(join(BPFFS, name), { recursive: true, force: true });
  }
}
