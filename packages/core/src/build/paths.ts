import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Directory of the @emptcp/core package, found from its sources as from its bundles. */
export function coreDirectory(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, "include", "emptcp"))) {
    const parent = dirname(dir);
    if (parent === dir) throw new Error(`find include/emptcp of @emptcp/core: not above ${import.meta.url}`);
    dir = parent;
  }
  return dir;
}

/** Directory of the C SDK, for `-I`. */
export function includeDirectory(): string {
  return join(coreDirectory(), "include");
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
  s390x: "s390x-linux-gnu",
  riscv64: "riscv64-linux-gnu",
};

/** Include directory of this machine's architecture, where Debian keeps `asm/types.h`; undefined elsewhere. */
export function multiarchInclude(): string | undefined {
  let triple = "";
  try {
    triple = execFileSync("clang", ["-print-multiarch"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    // clang before 16 knows no -print-multiarch
  }
  const candidates = [triple, ARCHITECTURES[process.arch] ?? ""].filter((name) => name !== "");
  return candidates.map((name) => `/usr/include/${name}`).find((path) => existsSync(path));
}
