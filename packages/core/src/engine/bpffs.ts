import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { isOnBpffs, mountBpffs } from "../libbpf/index.js";
import { fail } from "../errors.js";

const MOUNT_POINT = "/sys/fs/bpf";

/**
 * Makes sure that a directory is on a BPF file system, mounting one at /sys/fs/bpf when it is missing there.
 *
 * @throws ERR_EMPTCP_BPFFS
 */
export function ensureBpffs(directory: string): void {
  try {
    if (directory.startsWith(`${MOUNT_POINT}/`)) mountBpffs(MOUNT_POINT);
  } catch (error) {
    fail("ERR_EMPTCP_BPFFS", { path: MOUNT_POINT }, { cause: error });
  }
  let existing = directory;
  while (!existsSync(existing)) existing = dirname(existing);
  if (!isOnBpffs(existing)) fail("ERR_EMPTCP_PIN_DIR", { directory, reason: "it is not on a bpf file system" });
}
