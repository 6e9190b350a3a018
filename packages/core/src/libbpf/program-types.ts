/** Program types by number (enum bpf_prog_type of linux/bpf.h). */
export const PROGRAM_TYPES = [
  "unspec",
  "socket_filter",
  "kprobe",
  "sched_cls",
  "sched_act",
  "tracepoint",
  "xdp",
  "perf_event",
  "cgroup_skb",
  "cgroup_sock",
  "lwt_in",
  "lwt_out",
  "lwt_xmit",
  "sock_ops",
  "sk_skb",
  "cgroup_device",
  "sk_msg",
  "raw_tracepoint",
  "cgroup_sock_addr",
  "lwt_seg6local",
  "lirc_mode2",
  "sk_reuseport",
  "flow_dissector",
  "cgroup_sysctl",
  "raw_tracepoint_writable",
  "cgroup_sockopt",
  "tracing",
  "struct_ops",
  "ext",
  "lsm",
  "sk_lookup",
  "syscall",
  "netfilter",
] as const;

/** Name of a program type, e.g. `xdp`. */
export type ProgramTypeName = (typeof PROGRAM_TYPES)[number];

/** Number of a program type. @throws RangeError when there is no such type */
export function programTypeId(type: ProgramTypeName | number): number {
  const id = typeof type === "number" ? type : PROGRAM_TYPES.indexOf(type);
  if (!Number.isInteger(id) || id < 0 || id > 1000)
    throw new RangeError(`use program type: ${type} is not a program type`);
  return id;
}

/** Name of a program type; `type <n>` for types newer than this list. */
export function programTypeName(id: number): string {
  return PROGRAM_TYPES[id] ?? `type ${id}`;
}
