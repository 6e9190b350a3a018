import { Fd } from "./fd.js";
import { libbpf } from "./library.js";
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

/** Opens what is pinned. @throws SystemError ENOENT when nothing is */
export function openPin(path: string, what: string): Fd {
  return new Fd(
    check(libbpf("bpf_obj_get")(checkPath(path)), `open ${what} pinned at ${path}`),
    `${what} ${path}`,
  );
}

/** Numbers that C would cut silently. @throws RangeError */
export function checkU32(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError(`use ${what}: ${value} is not an unsigned 32-bit number`);
  return value;
}
