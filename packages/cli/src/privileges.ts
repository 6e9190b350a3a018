import type { Capability } from "@emptcp/core/libbpf";

/** What it takes to read the engine's maps: no capability, but to be root or the user whom the pins belong to. */
export const READ: readonly Capability[] = [];

/** What it takes to read the types of a module's own maps, which the kernel keeps with them. */
export const TYPES: readonly Capability[] = ["CAP_SYS_ADMIN"];

/** What it takes to load programs and to attach them in the network namespace of the process. */
export const CHANGE: readonly Capability[] = ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"];

/** What it takes to make and enter network namespaces, and to work in them. */
export const LAB: readonly Capability[] = [...CHANGE, "CAP_SYS_ADMIN"];

/**
 * Refuses to go on without capabilities.
 *
 * @param what the command, for the message
 * @throws ERR_EMPTCP_CAPABILITY with the names of those that this process lacks
 */
export async function requireCapabilities(what: string, needs: readonly Capability[]): Promise<void> {
  const { missingCapabilities } = await import("@emptcp/core/libbpf");
  const missing = missingCapabilities(needs);
  if (missing.length === 0) return;
  const { fail } = await import("@emptcp/core");
  fail("ERR_EMPTCP_CAPABILITY", { what, capability: missing.join(", ") });
}
