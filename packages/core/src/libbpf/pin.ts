import { Fd } from "./fd.js";
import { addressOf } from "./koffi.js";
import { libbpf } from "./library.js";
import { bpfSyscall } from "./syscalls.js";
import { check } from "./system-error.js";

function checkPath(path: string): string {
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw new TypeError(`use pin: ${JSON.stringify(path)} is not a path`);
  return path;
}

/** Pins an object. @throws SystemError EEXIST when the path is taken, EPERM or EINVAL outside of bpffs */
export function pinFd(fd: Fd, path: string): void {
  check(libbpf("bpf_obj_pin")(fd.fd, checkPath(path)), `pin ${fd.what} at ${path}`);
}

const BPF_OBJ_GET = 7;
const BPF_F_RDONLY = 1 << 3;

/**
 * Opens what is pinned.
 *
 * @param readOnly the kernel refuses to change a map through this descriptor
 * @throws SystemError ENOENT when nothing is
 */
export function openPin(path: string, what: string, readOnly = false): Fd {
  const step = `open ${what} pinned at ${path}`;
  if (!readOnly) return new Fd(check(libbpf("bpf_obj_get")(checkPath(path)), step), `${what} ${path}`);
  const name = Buffer.from(`${checkPath(path)}\0`);
  const attr = Buffer.alloc(16);
  attr.writeBigUInt64LE(addressOf(name), 0);
  attr.writeUInt32LE(BPF_F_RDONLY, 12);
  return new Fd(bpfSyscall(step, BPF_OBJ_GET, attr), `${what} ${path}`);
}

/** Numbers that C would cut silently. @throws RangeError */
export function checkU32(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError(`use ${what}: ${value} is not an unsigned 32-bit number`);
  return value;
}
