import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const triplet =
  spawnSync("clang", ["-print-multiarch"], { encoding: "utf8" }).stdout.trim() ||
  `${process.arch === "x64" ? "x86_64" : "aarch64"}-linux-gnu`;

/** Compiles a small BPF program; the usual headers and the licence are given. */
export function compile(source: string): Buffer {
  const dir = mkdtempSync(join(tmpdir(), "emptcp-ffi-"));
  try {
    const text = `#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\nchar LICENSE[] SEC("license") = "GPL";\n${source}`;
    writeFileSync(join(dir, "test.bpf.c"), text);
    const args = [
      "-O2",
      "-g",
      "-target",
      "bpf",
      "-mcpu=v3",
      `-I/usr/include/${triplet}`,
      "-c",
      "test.bpf.c",
      "-o",
      "test.o",
    ];
    const { status, stderr } = spawnSync("clang", args, { cwd: dir, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return readFileSync(join(dir, "test.o"));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A frame: Ethernet, IPv4 10.0.0.1 -> 10.0.0.2, 40 bytes of zero. */
export function frame(): Buffer {
  const bytes = Buffer.alloc(74);
  bytes.writeUInt16BE(0x0800, 12);
  bytes.write("4500003c0000000040060000" + "0a000001" + "0a000002", 14, "hex");
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
