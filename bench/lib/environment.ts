import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { possibleCpus } from "@emptcp/core/libbpf";

/** What a figure means little without. */
export interface Environment {
  readonly date: string;
  readonly commit: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cpus: number;
  /** Spectre v2 mitigation: decides what indirect jumps cost. */
  readonly spectreV2: string;
  /** SRSO mitigation: decides what returns cost. */
  readonly returns: string;
  readonly jit: string;
  readonly clang: string;
  readonly node: string;
  /** Load average of the last minute when the bench began. */
  readonly load: number;
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "unknown";
  }
}

function output(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", cwd: import.meta.dirname }).trim();
  } catch {
    return "unknown";
  }
}

/** Describes this machine and this checkout; a `+` behind the commit says that files differ from it. */
export function environment(): Environment {
  const changed = output("git", "status", "--porcelain", "--", "../../packages") !== "";
  return {
    date: new Date().toISOString(),
    commit: output("git", "rev-parse", "--short=12", "HEAD") + (changed ? "+" : ""),
    kernel: release(),
    cpu: cpus()[0]?.model ?? "unknown",
    cpus: possibleCpus(),
    spectreV2: text("/sys/devices/system/cpu/vulnerabilities/spectre_v2"),
    returns: text("/sys/devices/system/cpu/vulnerabilities/spec_rstack_overflow"),
    jit: `enable ${text("/proc/sys/net/core/bpf_jit_enable")}, harden ${text("/proc/sys/net/core/bpf_jit_harden")}`,
    clang: output("clang", "--version").split("\n")[0] ?? "unknown",
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}
