import { constants } from "node:os";

/** libbpf's own error numbers (libbpf.h: enum libbpf_errno). */
const LIBBPF_ERRORS: Readonly<Record<number, readonly [name: string, text: string]>> = {
  4000: ["LIBBPF_ERRNO__LIBELF", "libelf failed"],
  4001: ["LIBBPF_ERRNO__FORMAT", "object has an invalid format"],
  4002: ["LIBBPF_ERRNO__KVERSION", "kernel version is missing or wrong"],
  4003: ["LIBBPF_ERRNO__ENDIAN", "object has the wrong byte order"],
  4004: ["LIBBPF_ERRNO__INTERNAL", "libbpf failed inside"],
  4005: ["LIBBPF_ERRNO__RELOC", "relocation failed"],
  4006: ["LIBBPF_ERRNO__LOAD", "load failed"],
  4007: ["LIBBPF_ERRNO__VERIFY", "verifier refused a program"],
  4008: ["LIBBPF_ERRNO__PROG2BIG", "program is too large"],
  4009: ["LIBBPF_ERRNO__KVER", "program is for another kernel version"],
  4010: ["LIBBPF_ERRNO__PROGTYPE", "program type is not supported"],
  4011: ["LIBBPF_ERRNO__WRNGPID", "netlink reply is for another process"],
  4012: ["LIBBPF_ERRNO__INVSEQ", "netlink reply is out of order"],
  4013: ["LIBBPF_ERRNO__NLPARSE", "netlink reply is damaged"],
};

const TEXTS: Readonly<Record<string, string>> = {
  EPERM: "operation not permitted",
  ENOENT: "does not exist",
  E2BIG: "too large",
  EBADF: "not a usable file descriptor",
  EAGAIN: "try again",
  ENOMEM: "out of memory",
  EACCES: "permission denied",
  EBUSY: "in use",
  EEXIST: "exists already",
  ENODEV: "no such device",
  EINVAL: "invalid argument",
  EISDIR: "it is a directory",
  ELOOP: "a symbolic link is in the way",
  ENOSPC: "no space left",
  ENOTDIR: "a part of the path is no directory",
  EROFS: "the file system is read-only",
  ERANGE: "out of range",
  ENOLINK: "interface is gone",
  EOPNOTSUPP: "not supported",
  ESTALE: "changed meanwhile",
};

/** Names whose numbers the `os` module lacks; 524 is kernel-internal but reaches user space from bpf(2). */
const EXTRA: Readonly<Record<number, string>> = {
  116: "ESTALE",
  524: "ENOTSUPP",
  67: "ENOLINK",
  19: "ENODEV",
};

let names: Map<number, string> | undefined;

/** Name of an error number, e.g. 1 -> "EPERM". */
export function errnoName(errno: number): string {
  if (!names) {
    names = new Map(Object.entries(EXTRA).map(([number, name]) => [Number(number), name]));
    // EAGAIN and EOPNOTSUPP share their numbers with rarer names that come later
    for (const [name, number] of Object.entries(constants.errno))
      if (!names.has(number)) names.set(number, name);
    names.set(95, "EOPNOTSUPP");
    names.set(11, "EAGAIN");
  }
  return names.get(errno) ?? LIBBPF_ERRORS[errno]?.[0] ?? `E${errno}`;
}

/** What an error number means, in words. */
export function errnoText(errno: number): string {
  return LIBBPF_ERRORS[errno]?.[1] ?? TEXTS[errnoName(errno)] ?? `error ${errno}`;
}
