import { existsSync } from "node:fs";
import { release } from "node:os";
import { missingCapabilities } from "./capabilities.js";
import { Fd } from "./fd.js";
import { addressOf } from "./koffi.js";
import { lookupBatches } from "./map-batch.js";
import { createMapFd, type MapOptions } from "./map-create.js";
import { BPF_PROG_LOAD, bpfSyscall, hasMembarrier } from "./syscalls.js";
import { isSystemError } from "./system-error.js";
import { tcxQuery } from "./tcx.js";

const XDP = 6;
const HAS_FRAGS = 1 << 5;
const LOOPBACK = 1;

/** Version of the running kernel. */
export function kernelVersion(): readonly [major: number, minor: number, patch: number] {
  const [, major = "0", minor = "0", patch = "0"] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release()) ?? [];
  return [Number(major), Number(minor), Number(patch ?? 0)];
}

/** Whether the running kernel is at least e.g. "6.6". Distributions port features back: probe before refusing. */
export function kernelAtLeast(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [ownMajor, ownMinor] = kernelVersion();
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Something that not every kernel has, found out by trying. */
export class Feature {
  #known: boolean | undefined;

  constructor(
    /** What it is, for messages, e.g. "tcx". */
    readonly name: string,
    /** First kernel that has it, e.g. "6.6". */
    readonly since: string,
    /** Tries it. */
    readonly probe: () => boolean,
  ) {}

  /**
   * Whether the running kernel has it; tried once.
   *
   * @throws SystemError EPERM when this process may not try, naming what it lacks
   */
  supported(): boolean {
    this.#known ??= this.probe();
    return this.#known;
  }

  /** Why it cannot be used here; `undefined` when it can. */
  reason(): string | undefined {
    try {
      if (this.supported()) return undefined;
    } catch (error) {
      if (!isSystemError(error, "EPERM", "EACCES")) throw error;
      const missing = missingCapabilities();
      return missing.length > 0
        ? `${this.name}: needs ${missing.join(", ")}`
        : `${this.name}: the kernel refuses bpf(2): ${error.message}`;
    }
    const [major, minor] = kernelVersion();
    return `${this.name}: needs Linux ${this.since}, this is ${major}.${minor}${kernelAtLeast(this.since) ? " without it" : ""}`;
  }
}

/** Runs a probe: true when it passes, false when the kernel says that it knows no such thing. */
function passes(run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (isSystemError(error) && !["EPERM", "EACCES", "ENOMEM", "EMFILE", "ENFILE"].includes(error.code))
      return false;
    throw error;
  }
}

const creates =
  (type: MapOptions["type"], keySize: number, valueSize: number, maxEntries: number, flags = 0) =>
  (): boolean =>
    passes(() => createMapFd({ type, name: "probe", keySize, valueSize, maxEntries, flags }).close());

function readsBatches(): boolean {
  using map = createMapFd({ type: "hash", name: "probe", keySize: 4, valueSize: 4, maxEntries: 1 });
  return passes(() => void [...lookupBatches(map.fd, { key: 4, value: 4 }, "probe", 1)]);
}

/** Loads `return XDP_PASS`. */
function loadsXdp(flags: number): boolean {
  const code = Buffer.from("b700000002000000" + "9500000000000000", "hex");
  const license = Buffer.from("GPL\0");
  const attr = Buffer.alloc(128);
  attr.writeUInt32LE(XDP, 0);
  attr.writeUInt32LE(code.length / 8, 4);
  attr.writeBigUInt64LE(addressOf(code), 8);
  attr.writeBigUInt64LE(addressOf(license), 16);
  attr.writeUInt32LE(flags, 44);
  return passes(() => new Fd(bpfSyscall("load xdp program", BPF_PROG_LOAD, attr), "probe").close());
}

/** What eMPTCP asks of a kernel; `emptcp doctor` shows all of it. */
export const features = {
  tcx: new Feature("tcx", "6.6", () => passes(() => void tcxQuery(LOOPBACK, "ingress"))),
  xdp: new Feature("xdp", "4.8", () => loadsXdp(0)),
  xdpFrags: new Feature("xdp frags", "5.18", () => loadsXdp(HAS_FRAGS)),
  ringbuf: new Feature("ring buffer map", "5.8", creates("ringbuf", 0, 0, 65536)),
  mmapableArray: new Feature("mapped array", "5.5", creates("array", 4, 8, 1, 1 << 10)),
  lruHash: new Feature("lru hash map", "4.10", creates("lru_hash", 4, 4, 1)),
  perCpuHash: new Feature("per-cpu hash map", "4.6", creates("percpu_hash", 4, 4, 1, 1)),
  mapBatch: new Feature("map batches", "5.6", readsBatches),
  membarrier: new Feature("membarrier(MEMBARRIER_CMD_GLOBAL)", "4.16", hasMembarrier),
  kernelBtf: new Feature("kernel btf (CONFIG_DEBUG_INFO_BTF)", "5.4", () =>
    existsSync("/sys/kernel/btf/vmlinux"),
  ),
} as const satisfies Record<string, Feature>;

/** Name of a feature, a key of `features`. */
export type FeatureName = keyof typeof features;
