import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpio, type GuestFile } from "./cpio.js";
import { kernelModules, type KernelModule } from "./kernel-modules.js";
import { CACHE, concretePackage, unpackedPackage } from "./packages.js";
import { extractVmlinux } from "./vmlinux.js";

/** Kernels that guests can boot, by version, and the Debian package of each. */
export const KERNELS = { "6.1": "linux-image-amd64", "6.12": "linux-image-6.12-amd64" } as const;
export type KernelName = keyof typeof KERNELS;

/** Modules that a guest can ask for; the initramfs has them all. */
const MODULES = [
  ...["virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_net", "e1000", "af_packet"],
  ...["veth", "tun", "dummy", "ifb", "bonding", "bridge", "8021q", "vrf", "macvlan", "ipvlan", "team"],
  ...["wireguard", "ipip", "ip_gre", "sit", "ip6_tunnel", "vxlan", "geneve", "ppp_generic", "ppp_async"],
  ...["sch_ingress", "sch_netem", "sch_tbf", "cls_bpf", "inet_diag", "tcp_diag", "mptcp_diag"],
];

/** A kernel made ready for QEMU. */
export interface GuestKernel {
  /** Uncompressed image. */
  readonly image: string;
  /** Modules and busybox; the files of a run are put behind it. */
  readonly initramfs: Buffer;
  /** What is in the initramfs, each after what it needs. */
  readonly modules: readonly Pick<KernelModule, "name" | "needs">[];
}

/** Downloads and prepares a kernel of Debian's, once for each of its versions. */
export function guestKernel(name: KernelName): GuestKernel {
  const packageName = concretePackage(KERNELS[name]);
  const digest = createHash("sha256").update(MODULES.join()).digest("hex").slice(0, 12);
  const ready = join(CACHE, `${packageName}.${digest}`);
  if (!existsSync(ready)) prepare(unpackedPackage(packageName), ready);
  return {
    image: join(ready, "vmlinux"),
    initramfs: readFileSync(join(ready, "initramfs")),
    modules: JSON.parse(readFileSync(join(ready, "modules.json"), "utf8")) as GuestKernel["modules"],
  };
}

function prepare(tree: string, ready: string): void {
  const [release = ""] = readdirSync(join(tree, "lib/modules"));
  const modules = kernelModules(join(tree, "lib/modules", release), MODULES);
  const work = `${ready}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    writeFileSync(
      join(work, "vmlinux"),
      extractVmlinux(readFileSync(join(tree, "boot", `vmlinuz-${release}`))),
    );
    writeFileSync(join(work, "initramfs"), initramfs(modules));
    writeFileSync(
      join(work, "modules.json"),
      JSON.stringify(modules.map(({ name, needs }) => ({ name, needs }))),
    );
    renameSync(work, ready);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function initramfs(modules: readonly KernelModule[]): Buffer {
  const busybox = { content: readFileSync("/usr/bin/busybox"), mode: 0o755 };
  return cpio(
    new Map<string, GuestFile>([
      ["bin/busybox", busybox],
      ["overlay/guest/busybox", busybox],
      ...modules.map((m) => [`modules/${m.name}.ko`, { content: m.content }] as const),
      ...["dev", "proc", "sys"].map((dir) => [`${dir}/.keep`, {}] as const),
    ]),
  );
}
