import { readFileSync } from "node:fs";

const BITS = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const;

/** A capability of Linux that BPF asks for. */
export type Capability = keyof typeof BITS;

/** What attaching programs to interfaces and namespaces takes. */
export const NEEDED: readonly Capability[] = ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON", "CAP_SYS_ADMIN"];

/** Those of the named capabilities that this process lacks; CAP_SYS_ADMIN covers CAP_BPF and CAP_PERFMON. */
export function missingCapabilities(wanted: readonly Capability[] = NEEDED): Capability[] {
  return missingFrom(readFileSync("/proc/self/status", "utf8"), wanted);
}

/** As `missingCapabilities`, from the text of a /proc/<pid>/status. */
export function missingFrom(status: string, wanted: readonly Capability[]): Capability[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`);
  const has = (name: Capability): boolean => ((effective >> BigInt(BITS[name])) & 1n) === 1n;
  return wanted.filter((name) => !has(name) && !(has("CAP_SYS_ADMIN") && name !== "CAP_NET_ADMIN"));
}
