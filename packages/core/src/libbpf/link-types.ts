/** Link types by number (enum bpf_link_type of linux/bpf.h). */
export const LINK_TYPES = [
  "unspec",
  "raw_tracepoint",
  "tracing",
  "cgroup",
  "iter",
  "netns",
  "xdp",
  "perf_event",
  "kprobe_multi",
  "struct_ops",
  "netfilter",
  "tcx",
  "uprobe_multi",
  "netkit",
  "sockmap",
] as const;

/** Name of a link type, e.g. `xdp`, `tcx`. */
export type LinkTypeName = (typeof LINK_TYPES)[number];

/** Attach types in use here (enum bpf_attach_type). */
export const ATTACH_TYPES = { cgroup_sock_ops: 3, xdp: 37, tcx_ingress: 46, tcx_egress: 47 } as const;

/** Which way packets go at a TC hook. */
export type Direction = "ingress" | "egress";

/** Attach type of tcx. @throws RangeError for other words */
export function tcxAttachType(direction: Direction): number {
  if (direction === "ingress") return ATTACH_TYPES.tcx_ingress;
  if (direction === "egress") return ATTACH_TYPES.tcx_egress;
  throw new RangeError(`use direction: "${String(direction)}" is neither ingress nor egress`);
}

/** XDP in the driver, in the kernel's generic code, or as the kernel chooses. */
export type XdpMode = "auto" | "native" | "generic";

const XDP_FLAGS: Readonly<Record<XdpMode, number>> = { auto: 0, generic: 2, native: 4 };

/** XDP_FLAGS_*_MODE. @throws RangeError for other words */
export function xdpFlags(mode: XdpMode): number {
  const flags = XDP_FLAGS[mode] as number | undefined;
  if (flags === undefined)
    throw new RangeError(`use xdp mode: "${String(mode)}" is none of auto, native, generic`);
  return flags;
}
