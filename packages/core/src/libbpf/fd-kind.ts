import { readlinkSync } from "node:fs";
import { checkFd } from "./fd.js";
import { SystemError } from "./system-error.js";

const EBADF = 9;
const EINVAL = 22;
const KINDS = {
  map: /^anon_inode:\[?bpf[-_]map/,
  program: /^anon_inode:\[?bpf[-_]prog/,
  link: /^anon_inode:\[?bpf[-_](link|perf)/,
} as const;

/**
 * Makes sure that a descriptor is of the sort it is taken for: bpf(2) gives info of a program where one of a
 * map was meant, and libbpf takes any open file for a map to reuse.
 *
 * @throws SystemError EBADF when it is not open, EINVAL when it is something else
 */
export function checkKind(fd: number, kind: keyof typeof KINDS, what: string): number {
  let target: string;
  try {
    target = readlinkSync(`/proc/self/fd/${checkFd(fd, what)}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new SystemError(`use ${what}`, EBADF);
    throw error;
  }
  if (!KINDS[kind].test(target)) throw new SystemError(`use ${what} as ${kind}: it is ${target}`, EINVAL);
  return fd;
}
