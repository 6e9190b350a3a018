import { ensureBpffs as ensureMounted, isOnBpffs } from "../libbpf/index.js";
import { fail } from "../errors.js";

const MOUNT_POINT = "/sys/fs/bpf";

/**
 * Makes sure that a directory is on a BPF file system, mounting one at /sys/fs/bpf when it is missing there.
 *
 * @throws ERR_EMPTCP_BPFFS
 */
export function ensureBpffs(directory: string): void {
  try {
    if (directory.startsWith(`${MOUNT_POINT}/`)) ensureMounted(MOUNT_POINT);
  } catch (error) {
    fail("ERR_EMPTCP_BPFFS", { path: MOUNT_POINT }, { cause: error });
  }
  if (!isOnBpffs(directory))
    fail("ERR_EMPTCP_PIN_DIR", { directory, reason: "it is not on a bpf file system" });
}
