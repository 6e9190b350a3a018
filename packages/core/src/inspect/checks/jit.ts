import { readNumber } from "../read-text.js";
import type { Check, Finding } from "../types.js";

const JIT = "net.core.bpf_jit_enable";
const STATS = "kernel.bpf_stats_enabled";
const path = (sysctl: string): string => `/proc/sys/${sysctl.replaceAll(".", "/")}`;

export const jit: Check = {
  name: "jit",
  run() {
    const enabled = readNumber(path(JIT));
    const findings: Finding[] = [];
    if (enabled === 0)
      findings.push({
        level: "warning",
        message: "programs are interpreted, several times slower than compiled",
        fix: `sysctl -w ${JIT}=1`,
      });
    else if (enabled === 2)
      findings.push({
        level: "warning",
        message: "the compiler of the kernel writes every program to its log",
        fix: `sysctl -w ${JIT}=1`,
      });
    else findings.push({ level: "ok", message: "programs are compiled" });
    if (readNumber(path(STATS)) === 1)
      findings.push({
        level: "note",
        message: "the kernel times every program, which costs some 20 ns for each packet",
        fix: `sysctl -w ${STATS}=0`,
      });
    return findings;
  },
};
