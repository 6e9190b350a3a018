import { mkdirSync, readFileSync, realpathSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { callLibc } from "./libc.js";

const BPF_FS_MAGIC = 0xcafe4a11;

/** A mounted file system. */
export interface Mount {
  readonly path: string;
  readonly type: string;
}

/** Mounts that this process sees. */
export function mounts(): Mount[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, path, type] = line.split(" ");
      if (path === undefined || type === undefined) return [];
      return [
        {
          path: path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
          type,
        },
      ];
    });
}

/** Where bpffs is mounted. */
export function bpffsMounts(): string[] {
  return mounts()
    .filter((m) => m.type === "bpf")
    .map((m) => m.path);
}

/** Where the unified cgroup hierarchy is mounted; not at /sys/fs/cgroup on machines that mix both versions. */
export function cgroup2Mount(): string | undefined {
  return mounts().find((m) => m.type === "cgroup2")?.path;
}

/** Whether a path, or the nearest directory above it that exists, is on bpffs. */
export function isOnBpffs(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    try {
      return statfsSync(realpathSync(at)).type === BPF_FS_MAGIC;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || at === dirname(at)) throw error;
    }
  }
}

/**
 * Makes sure that a path is on bpffs, mounting one when it is not: at /sys/fs/bpf for paths below that, else
 * at the path itself.
 *
 * @returns whether something was mounted
 * @throws SystemError EPERM without CAP_SYS_ADMIN
 */
export function ensureBpffs(path: string): boolean {
  if (isOnBpffs(path)) return false;
  const standard = "/sys/fs/bpf";
  const target = path === standard || path.startsWith(`${standard}/`) ? standard : path;
  if (target !== standard) mkdirSync(target, { recursive: true, mode: 0o700 });
  callLibc(`mount bpffs at ${target}`, "mount", "bpf", target, "bpf", 0, "mode=0700");
  return true;
}
