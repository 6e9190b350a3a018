import { inNamespace, whileThere } from "../namespace.js";
import { mptcpEndpoints, mptcpLimits } from "../netlink/mptcp-pm.js";
import { readNumber, readText } from "../read-text.js";
import type { Check, Finding } from "../types.js";

const DIRECTORY = "/proc/sys/net/mptcp";

/** A counter of the kernel's Multipath TCP, in the present namespace. */
function counter(name: string): number {
  const lines = (readText("/proc/thread-self/net/netstat") ?? "").split("\n");
  const [names = [], values = []] = lines
    .filter((line) => line.startsWith("MPTcpExt:"))
    .map((line) => line.split(" "));
  return Number(values[names.indexOf(name)] ?? 0);
}

/** Kernel or user space: who opens subflows. */
function pathManager(): string {
  const name = readText(`${DIRECTORY}/path_manager`);
  return name ?? (readNumber(`${DIRECTORY}/pm_type`) === 1 ? "userspace" : "kernel");
}

function blackhole(fix: (command: string) => string): Finding[] {
  const times = counter("Blackhole");
  const seconds = readNumber(`${DIRECTORY}/blackhole_timeout`);
  if (times === 0 || seconds === undefined) return [];
  const message = `Multipath TCP was switched off ${times} times for a while because SYNs with MP_CAPABLE got lost`;
  const rest = seconds === 0 ? "; that is off now" : ` (blackhole_timeout ${seconds} s, doubled each time)`;
  return [
    { level: "warning", message: `${message}${rest}`, fix: fix("sysctl -w net.mptcp.blackhole_timeout=0") },
  ];
}

function inspectHere(netns: string | undefined): Finding[] {
  const fix = (command: string): string => inNamespace(netns, command);
  const enabled = readNumber(`${DIRECTORY}/enabled`);
  if (enabled === undefined)
    return [
      {
        level: "warning",
        message: "this kernel has no Multipath TCP: policies work, connections of its own stay TCP",
        fix: "boot a kernel with CONFIG_MPTCP=y",
      },
    ];
  if (enabled === 0)
    return [
      {
        level: "warning",
        message: "Multipath TCP is switched off",
        fix: fix("sysctl -w net.mptcp.enabled=1"),
      },
    ];
  const findings = [...blackhole(fix)];
  const manager = pathManager();
  const scheduler = readText(`${DIRECTORY}/scheduler`) ?? "default";
  const retries = readNumber(`${DIRECTORY}/syn_retrans_before_tcp_fallback`);
  if (retries === 0)
    findings.push({
      level: "note",
      message: "the first lost SYN makes a connection plain TCP",
      fix: fix("sysctl -w net.mptcp.syn_retrans_before_tcp_fallback=2"),
    });
  if (manager === "userspace")
    findings.push({ level: "note", message: "subflows are up to a program in user space (path_manager)" });
  else findings.push(...kernelManager(fix));
  const checksum = readNumber(`${DIRECTORY}/checksum_enabled`) === 1 ? ", with checksums" : "";
  const message = `on, path manager ${manager}, scheduler ${scheduler}${checksum}`;
  return [{ level: "ok", message }, ...findings];
}

function kernelManager(fix: (command: string) => string): Finding[] {
  const limits = mptcpLimits();
  if (!limits) return [];
  const endpoints = mptcpEndpoints().filter((e) => !e.flags.includes("implicit"));
  const list = endpoints.map((e) => `${e.address} ${e.flags.join(" ")}`.trim()).join(", ");
  const text = `${limits.subflows} further subflows, ${limits.addAddrAccepted} announced addresses accepted`;
  const message = `limits: ${text}; endpoints: ${list || "none"}`;
  if (limits.subflows > 0 && (endpoints.length > 0 || limits.addAddrAccepted > 0))
    return [{ level: "ok", message }];
  return [
    {
      level: "note",
      message: `${message}: connections get no second subflow`,
      fix: fix(
        limits.subflows === 0
          ? "ip mptcp limits set subflows 2 add_addr_accepted 2"
          : "ip mptcp endpoint add ADDRESS dev INTERFACE subflow",
      ),
    },
  ];
}

/** Settings of the kernel's Multipath TCP in each namespace. */
export const mptcp: Check = {
  name: "mptcp",
  run({ namespaces }) {
    return namespaces.flatMap((netns) =>
      (whileThere(netns, () => inspectHere(netns)) ?? []).map((f) =>
        netns === undefined ? f : { ...f, subject: `namespace ${netns}` },
      ),
    );
  },
};
