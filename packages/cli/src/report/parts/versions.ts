import { readFileSync } from "node:fs";
import { arch, release } from "node:os";
import { ABI, coreVersion } from "@emptcp/core";
import { libbpfVersion } from "@emptcp/core/libbpf";
import { version } from "../../version.js";
import type { Part } from "../types.js";

/** A version, or why it is not known. */
function orReason(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const versions: Part = {
  name: "versions.json",
  about: "versions of emptcp, Node.js, libbpf, kernel and distribution",
  collect: () => ({
    emptcp: version(),
    core: coreVersion(),
    abi: ABI,
    node: process.version,
    libbpf: orReason(libbpfVersion),
    kernel: release(),
    architecture: arch(),
    distribution: orReason(
      () => /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "",
    ),
  }),
};
