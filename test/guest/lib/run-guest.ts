import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpio, type GuestFile } from "./cpio.js";
import { closure } from "./kernel-modules.js";
import { guestKernel, type KernelName } from "./kernel.js";

/** A network card of a guest. */
export interface Card {
  /** QEMU's name of the device, e.g. `virtio-net-pci`. */
  readonly device: string;
  /** Cards of one wire reach each other; without one, the card reaches a gateway 10.0.2.2 that answers DHCP and ping. */
  readonly wire?: number;
}

export interface GuestOptions {
  readonly kernel: KernelName;
  /** What bash runs in the guest; with `systemd` a unit has to start /guest/run, which runs it. */
  readonly script: string;
  /** The init system of the host's files boots; it is told the unit to reach. */
  readonly systemd?: { readonly unit: string };
  /** Files over those of the host, by path without a leading slash. */
  readonly files?: Readonly<Record<string, GuestFile>>;
  /** Directories of the host to see at another path, which units with a /tmp or /home of their own still see. */
  readonly binds?: Readonly<Record<string, string>>;
  /** Kernel modules to insert, besides those for files. */
  readonly modules?: readonly string[];
  /** Network cards, eth0 first. */
  readonly cards?: readonly Card[];
  /** Seconds until the guest is given up. */
  readonly timeout?: number;
}

export interface GuestResult {
  /** Exit code of the script; undefined when the guest ended without one. */
  readonly code: number | undefined;
  /** What the script wrote to its standard output and error. */
  readonly output: string;
  /** What the kernel and the init system wrote. */
  readonly console: string;
}

const FILES = ["virtio_pci", "9pnet_virtio", "9p", "overlay"];
const COMMAND_LINE =
  "console=ttyS0 quiet panic=-1 norandmaps cryptomgr.notests mitigations=off tsc=reliable net.ifnames=0";

/** Boots a guest with the host's files, read-only, runs a script in it, and waits for its end. Needs no KVM. */
export async function runGuest(options: GuestOptions): Promise<GuestResult> {
  const kernel = guestKernel(options.kernel);
  const work = mkdtempSync(join(tmpdir(), "emptcp-guest-"));
  const out = mkdtempSync(join(tmpdir(), "emptcp-guest-out-"));
  try {
    const modules = closure(kernel.modules, [...FILES, ...(options.modules ?? [])]);
    const initrd = join(work, "initrd");
    writeFileSync(initrd, Buffer.concat([kernel.initramfs, ownFiles(options, modules)]));
    const console = await qemu(argumentsOf(options, kernel.image, initrd, out), options.timeout ?? 120);
    return { code: numberIn(join(out, "rc")), output: textOf(join(out, "output")), console };
  } finally {
    for (const directory of [work, out]) rmSync(directory, { recursive: true, force: true });
  }
}

function ownFiles({ script, files = {}, binds = {} }: GuestOptions, modules: readonly string[]): Buffer {
  const here = (name: string): Buffer => readFileSync(join(import.meta.dirname, name));
  return cpio(
    new Map<string, GuestFile>([
      ["init", { content: here("init.sh"), mode: 0o755 }],
      ["modules.list", { content: modules.map((name) => `${name}\n`).join("") }],
      [
        "binds.list",
        {
          content: Object.entries(binds)
            .map(([to, from]) => `${from} ${to}\n`)
            .join(""),
        },
      ],
      ["overlay/guest/run", { content: here("run-file.sh"), mode: 0o755 }],
      ["overlay/guest/script", { content: script }],
      ...Object.entries(files).map(([path, file]) => [`overlay/${path}`, file] as const),
    ]),
  );
}

function argumentsOf(options: GuestOptions, image: string, initrd: string, out: string): string[] {
  const share = (id: string, path: string, more: string): string[] => [
    ...["-fsdev", `local,id=${id},path=${path},security_model=none,${more}`],
    ...["-device", `virtio-9p-pci,fsdev=${id},mount_tag=${id}`],
  ];
  const cards = (options.cards ?? []).flatMap(({ device, wire }, i) => [
    ...["-netdev", wire === undefined ? `user,id=n${i},restrict=on` : `hubport,id=n${i},hubid=${wire}`],
    ...["-device", `${device},netdev=n${i},romfile=`],
  ]);
  const systemd = options.systemd
    ? ` guest.systemd systemd.show_status=no systemd.unit=${options.systemd.unit}`
    : "";
  return [
    // One CPU: a kernel that patches itself while a second emulated CPU runs the same code can panic.
    ...["-M", "pc", "-accel", "tcg,tb-size=512", "-cpu", "max", "-smp", "1", "-m", "2048"],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-kernel", image, "-initrd", initrd, "-append", `${COMMAND_LINE}${systemd}`, "-serial", "stdio"],
    ...share("host", "/", "readonly=on,multidevs=remap"),
    ...share("out", out, "readonly=off"),
    ...cards,
  ];
}

/** Runs QEMU. @returns what came over the serial line */
function qemu(args: readonly string[], timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("qemu-system-x86_64", args, { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (data: Buffer) => (text += data.toString()));
    child.stderr.on("data", (data: Buffer) => (text += data.toString()));
    const timer = setTimeout(() => {
      text += `\nguest: given up after ${timeout} seconds\n`;
      child.kill("SIGKILL");
    }, timeout * 1000);
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function numberIn(path: string): number | undefined {
  const text = textOf(path).trim();
  return text === "" ? undefined : Number(text);
}
