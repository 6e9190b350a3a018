import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { driverOf, listInterfaces, offloadsOf, withNetns } from "@emptcp/core/libbpf";
import type { Part } from "../types.js";

const SYSCTLS = [
  "net/mptcp",
  "net/core/bpf_jit_enable",
  "net/core/bpf_jit_harden",
  "kernel/unprivileged_bpf_disabled",
];
const TCP = ["tcp_congestion_control", "tcp_ecn", "tcp_mtu_probing", "tcp_syncookies"].map(
  (n) => `net/ipv4/${n}`,
);

/** Output of a program; what it wrote to its standard error when it failed. */
function outputOf(program: string, args: readonly string[]): string {
  const { stdout, stderr, status, error } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  if (error) throw error;
  return status === 0 ? stdout : `${stdout}${stderr}`;
}

function inEach<T>(
  namespaces: readonly (string | undefined)[],
  read: () => T,
): { readonly namespace: string; readonly found: T }[] {
  return namespaces.map((netns) => ({ namespace: netns ?? "(own)", found: withNetns(netns, read) }));
}

export const interfaces: Part = {
  name: "interfaces.json",
  about: "interfaces with driver and offloads, without addresses",
  collect: ({ namespaces }) =>
    namespaces.map((netns) => ({
      namespace: netns ?? "(own)",
      interfaces: withNetns(netns, () =>
        listInterfaces().map((i) => ({ ...i, driver: driverOf(i.name), offloads: offloadsOf(i.name) })),
      ),
    })),
};

function readSysctl(path: string): string[] {
  const full = join("/proc/sys", path);
  try {
    return readdirSync(full).flatMap((name) => readSysctl(join(path, name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
  }
  try {
    return [`${path.replaceAll("/", ".")} = ${readFileSync(full, "utf8").trim()}`];
  } catch (error) {
    return [`${path.replaceAll("/", ".")}: ${(error as NodeJS.ErrnoException).code ?? ""}`];
  }
}

export const sysctls: Part = {
  name: "sysctls.json",
  about: "settings of Multipath TCP, BPF and TCP",
  collect: ({ namespaces }) => inEach(namespaces, () => [...SYSCTLS, ...TCP].flatMap(readSysctl)),
};

const isMptcp = (line: string): boolean => line.startsWith("MPTcpExt:");

export const mptcp: Part = {
  name: "mptcp.json",
  about: "how many connections there are by state, and the kernel's counters of Multipath TCP",
  collect: ({ namespaces }) =>
    inEach(namespaces, () => {
      const [names = [], values = []] = readFileSync("/proc/thread-self/net/netstat", "utf8")
        .split("\n")
        .filter(isMptcp)
        .map((line) => line.split(" ").slice(1));
      const counters = names.map((name, i) => [name, Number(values[i])] as const).filter(([, n]) => n !== 0);
      const states = outputOf("ss", ["-HManO"])
        .split("\n")
        .flatMap((line) => /^\S+/.exec(line)?.[0] ?? []);
      const count = (state: string): number => states.filter((s) => s === state).length;
      return {
        connections: Object.fromEntries([...new Set(states)].map((s) => [s, count(s)])),
        counters: Object.fromEntries(counters),
      };
    }),
};

export const dmesg: Part = {
  name: "dmesg.txt",
  about: "lines of the kernel's log about BPF, XDP and Multipath TCP",
  collect: () =>
    outputOf("dmesg", [])
      .split("\n")
      .filter((line) => /\bbpf|\bxdp|\btcx|mptcp|verifier/i.test(line))
      .join("\n"),
};
