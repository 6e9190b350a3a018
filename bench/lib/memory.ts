import { readFileSync } from "node:fs";
import type { BpfMap } from "@emptcp/core/libbpf";

/** Bytes of kernel memory in use that BPF maps can take: slabs that stay, vmalloc and per-CPU areas. */
export function kernelMemory(): number {
  const lines = readFileSync("/proc/meminfo", "utf8").split("\n");
  const of = (name: string): number => {
    const line = lines.find((l) => l.startsWith(`${name}:`));
    return Number(line?.split(/\s+/)[1] ?? 0) * 1024;
  };
  return of("SUnreclaim") + of("VmallocUsed") + of("Percpu");
}

/** Bytes that the kernel accounts to a map. */
export function accounted(map: BpfMap): number {
  const text = readFileSync(`/proc/self/fdinfo/${map.fd}`, "utf8");
  return Number(/^memlock:\s*(\d+)/m.exec(text)?.[1] ?? NaN);
}
