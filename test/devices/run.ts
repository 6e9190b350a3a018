import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { forwarderPath } from "@emptcp/lab";
import type { KernelName } from "../guest/lib/kernel.js";
import { unpackedPackage } from "../guest/lib/packages.js";
import { runGuest, type GuestOptions } from "../guest/lib/run-guest.js";
import { prepareProbe } from "./prepare.js";
import type { Outcomes } from "./probe/main.js";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const CACHE = resolve(import.meta.dirname, "../.cache");

/** Kernel modules of the devices that are tried. */
const MODULES = [
  ...[
    "virtio_net",
    "e1000",
    "veth",
    "tun",
    "dummy",
    "bonding",
    "bridge",
    "8021q",
    "vrf",
    "macvlan",
    "ipvlan",
  ],
  ...["wireguard", "ipip", "ip_gre", "vxlan", "geneve", "ppp_generic", "ppp_async", "sch_ingress", "cls_bpf"],
  ...["af_packet", "inet_diag", "tcp_diag"],
];

/** Two wires, each with one card of both drivers. The kernel counts: eth0 and eth1 are virtio, eth2 and eth3 e1000. */
const CARDS: GuestOptions["cards"] = [
  { device: "virtio-net-pci", wire: 1 },
  { device: "e1000", wire: 1 },
  { device: "e1000", wire: 2 },
  { device: "virtio-net-pci", wire: 2 },
];

async function withProbe<T>(work: (directory: string) => Promise<T> | T): Promise<T> {
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(join(CACHE, "devices-"));
  try {
    prepareProbe(directory);
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const outcomesIn = (text: string): Outcomes => JSON.parse(text.trim().split("\n").at(-1) ?? "") as Outcomes;

/** Tries the devices that this kernel has. */
export function tryDevicesHere(): Promise<Outcomes> {
  return withProbe((directory) => {
    const env = { ...process.env, NODE_OPTIONS: "", FORWARDER: forwarderPath() };
    const args = [join(directory, "main.js"), REPOSITORY];
    return outcomesIn(execFileSync(process.execPath, args, { encoding: "utf8", env }));
  });
}

/** Tries the devices of a kernel of Debian's in a guest. @throws Error with what the guest said when it fails */
export function tryDevicesInGuest(kernel: KernelName): Promise<Outcomes> {
  return withProbe(async (directory) => {
    const file = (debian: string, path: string): object => ({
      content: readFileSync(join(unpackedPackage(debian), path)),
      mode: 0o755,
    });
    const files = {
      "usr/bin/wg": file("wireguard-tools", "usr/bin/wg"),
      "usr/sbin/pppd": file("ppp", "usr/sbin/pppd"),
      "etc/ppp/options": { content: "" },
    };
    const script = `export FORWARDER=${forwarderPath()}\nexec node ${directory}/main.js ${REPOSITORY}\n`;
    const result = await runGuest({
      kernel,
      script,
      files,
      modules: MODULES,
      cards: CARDS ?? [],
      timeout: 300,
    });
    if (result.code !== 0) throw new Error(`try devices on ${kernel}: ${result.output}\n${result.console}`);
    return outcomesIn(result.output);
  });
}
