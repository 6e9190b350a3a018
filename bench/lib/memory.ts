import { readFileSync } from "node:fs";
import type { BpfMap } from "@emptcp/core/libbpf";

/** Bytes of kernel memory in use that BPF maps can take: slabs that stay, vmalloc and per-CPU areas. */
function kernelMemory(): number {
  const lines = readFileSync("/proc/meminfo", "utf8").split("\n");
  const of = (name: string): number => {
    const line = lines.find((l) => l.startsWith(`${name}:`));
    return Number(line?.split(/\s+/)[1] ?? 0) * 1024;
  };
  return of("SUnreclaim") + of("VmallocUsed") + of("Percpu");
}

/** The same once it stays: maps that were closed are freed a while later. */
export async function settledMemory(): Promise<number> {
  let last = kernelMemory();
  for (let quiet = 0, tries = 0; quiet < 3 && tries < 50; tries++) {
    await new Promise((done) => setTimeout(done, 200));
    const now = kernelMemory();
    quiet = Math.abs(now - last) < SETTLED ? quiet + 1 : 0;
    last = now;
  }
  return last;
}

/** Bytes that are noise. */
const SETTLED = 1 << 20;

/** Bytes that the kernel accounts to a map. */
export function accounted(map: BpfMap): number {
  const text = readFileSync(`/proc/self/fdinfo/${map.fd}`, "utf8");
  return Number(/^memlock:\s*(\d+)/m.exec(text)?.[1] ?? NaN);
}
