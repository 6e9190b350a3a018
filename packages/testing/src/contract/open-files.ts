import { readdirSync, readlinkSync } from "node:fs";

/** What this process has open in BPF: one line for each descriptor of a map, program or link. */
export function openBpfFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith("anon_inode:bpf") ? [`${fd} ${target}`] : [];
    } catch {
      // The descriptor that listed the directory is closed again.
      return [];
    }
  });
}
