import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const BPFFS = "/sys/fs/bpf";
const PATTERN = /^emptcp-test-(\d+)-[0-9a-f]{8}$/;

/** A pin directory that no other test uses. Names the process, so that what it leaves can be told from what runs. */
export function newPinDir(): string {
  return join(BPFFS, `emptcp-test-${process.pid}-${randomBytes(4).toString("hex")}`);
}

/** Removes the pins of test processes that were killed; nothing of them is attached. */
export function removeAbandonedPins(): void {
  for (const name of existsSync(BPFFS) ? readdirSync(BPFFS) : []) {
    const pid = PATTERN.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join(BPFFS, name), { recursive: true, force: true });
  }
}
