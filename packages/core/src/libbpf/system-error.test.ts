import { expect, test } from "vitest";
import { missingFrom } from "./capabilities.js";
import { errnoName } from "./errno.js";
import { check, isSystemError, SystemError } from "./system-error.js";

test("names and words of error numbers", () => {
  expect([1, 2, 11, 13, 16, 17, 22, 28, 67, 95, 116, 524, 4001, 9999].map(errnoName)).toEqual([
    "EPERM",
    "ENOENT",
    "EAGAIN",
    "EACCES",
    "EBUSY",
    "EEXIST",
    "EINVAL",
    "ENOSPC",
    "ENOLINK",
    "EOPNOTSUPP",
    "ESTALE",
    "ENOTSUPP",
    "LIBBPF_ERRNO__FORMAT",
    "E9999",
  ]);
});

test("an error says step, meaning, name, and libbpf's last line", () => {
  const error = new SystemError(
    "open object x",
    4001,
    "libbpf: first\nlibbpf: elf: x is not a valid eBPF object file\n",
  );
  expect(error.message).toBe(
    "open object x: object has an invalid format (LIBBPF_ERRNO__FORMAT): elf: x is not a valid eBPF object file",
  );
  expect(error).toMatchObject({ code: "LIBBPF_ERRNO__FORMAT", errno: 4001, step: "open object x" });
});

test("check passes results and throws failures", () => {
  expect(check(3, "x")).toBe(3);
  expect(check(3n, "x")).toBe(3);
  expect(() => check(-17, "pin map")).toThrow("pin map: exists already (EEXIST)");
  expect(isSystemError(new SystemError("x", 2), "ENOENT")).toBe(true);
  expect(isSystemError(new SystemError("x", 2), "EPERM")).toBe(false);
  expect(isSystemError(new SystemError("x", 2))).toBe(true);
  expect(isSystemError(new Error("x"))).toBe(false);
});

test("missing capabilities", () => {
  const status = (bits: bigint): string =>
    `Name:\tnode\nCapPrm:\t0\nCapEff:\t${bits.toString(16).padStart(16, "0")}\n`;
  const all = ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON", "CAP_SYS_ADMIN"] as const;
  expect(missingFrom(status(0n), all)).toEqual([...all]);
  expect(missingFrom(status(1n << 21n), all)).toEqual(["CAP_NET_ADMIN"]);
  expect(missingFrom(status((1n << 39n) | (1n << 12n)), all)).toEqual(["CAP_PERFMON", "CAP_SYS_ADMIN"]);
});
