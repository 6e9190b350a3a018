import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as bpf from "../../src/libbpf/index.js";

test("features that this kernel is new enough for are there", () => {
  for (const feature of Object.values(bpf.features)) {
    if (bpf.kernelAtLeast(feature.since)) expect(feature.reason(), feature.name).toBeUndefined();
  }
  const future = new bpf.Feature("time travel", "99.1", () => false);
  expect(future.reason()).toMatch(/^time travel: needs Linux 99.1, this is \d+\.\d+$/);
  const refused = new bpf.Feature("x", "1.0", () => {
    throw new bpf.SystemError("try", 1);
  });
  expect(refused.reason()).toMatch(/^x: (needs CAP_|the kernel refuses)/);
});

test("a lock is held by one only", () => {
  const dir = mkdtempSync(join(tmpdir(), "ffi-lock-"));
  try {
    const release = bpf.flockExclusive(dir);
    expect(release).toBeDefined();
    expect(bpf.flockExclusive(dir)).toBeUndefined();
    expect(spawnSync("flock", ["-n", dir, "true"]).status).toBe(1);
    release?.();
    release?.();
    const again = bpf.flockExclusive(dir);
    expect(again).toBeDefined();
    again?.();
    expect(() => bpf.flockExclusive(join(dir, "nothing"))).toThrow("ENOENT");
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("bpffs is mounted where it is missing, once", () => {
  const dir = mkdtempSync(join(tmpdir(), "ffi-bpffs-"));
  try {
    expect(bpf.isOnBpffs(join(dir, "deeper", "still"))).toBe(false);
    expect(bpf.ensureBpffs(dir)).toBe(true);
    expect(bpf.ensureBpffs(dir)).toBe(false);
    expect(bpf.isOnBpffs(join(dir, "deeper"))).toBe(true);
    expect(bpf.bpffsMounts()).toContain(dir);
  } finally {
    execFileSync("umount", [dir]);
    rmSync(dir, { recursive: true });
  }
});

test("grace period and clocks", () => {
  expect(bpf.hasMembarrier()).toBe(true);
  bpf.rcuGracePeriod();
  const uptime =
    BigInt(Math.round(Number(execFileSync("cut", ["-d.", "-f1", "/proc/uptime"]).toString()))) *
    1_000_000_000n;
  const difference = bpf.bootTimeNs() - uptime;
  expect(difference > -2_000_000_000n && difference < 5_000_000_000n).toBe(true);
});

test("a missing libbpf is named, with the way out", () => {
  const script = `import("${new URL("../../src/libbpf/index.ts", import.meta.url).href}").then(m => m.libbpfVersion()).catch(e => console.log(e.name, e.message))`;
  const run = (path: string): string =>
    execFileSync(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script],
      {
        env: { ...process.env, EMPTCP_LIBBPF: path },
        encoding: "utf8",
      },
    );
  expect(run("/nowhere/libbpf.so.1")).toMatch(
    /^LibraryError load \/nowhere\/libbpf.so.1: .*EMPTCP_LIBBPF names this file/,
  );
  expect(run("libz.so.1")).toMatch(/not libbpf 1.0 or later: apt-get install libbpf1/);
});

test("importing costs no native library", () => {
  const script = `await import("${new URL("../../src/libbpf/index.ts", import.meta.url).href}"); const maps = (await import("node:fs")).readFileSync("/proc/self/maps","utf8"); console.log(maps.includes("koffi"), maps.includes("libbpf"))`;
  const out = execFileSync(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script],
    { encoding: "utf8" },
  );
  expect(out.trim()).toBe("false false");
});
