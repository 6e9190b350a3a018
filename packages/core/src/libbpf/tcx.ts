import { addressOf } from "./koffi.js";
import { checkIfindex } from "./link.js";
import { tcxAttachType, type Direction } from "./link-types.js";
import { BPF_PROG_QUERY, bpfSyscall } from "./syscalls.js";
import { isSystemError } from "./system-error.js";

const MAX_PROGRAMS = 64; // BPF_MPROG_MAX of Linux

/** The programs of one direction of an interface, in the order they run. */
export interface TcxList {
  /** Changes with every attach and detach. */
  readonly revision: bigint;
  /** `linkId` is 0 for programs attached without a link. */
  readonly programs: readonly { readonly progId: number; readonly linkId: number }[];
}

/** What tcx runs on an interface of the present network namespace. @throws SystemError EINVAL on kernels without tcx */
export function tcxQuery(ifindex: number, direction: Direction): TcxList {
  const programs = Buffer.alloc(4 * MAX_PROGRAMS);
  const links = Buffer.alloc(4 * MAX_PROGRAMS);
  const attr = Buffer.alloc(64);
  attr.writeUInt32LE(checkIfindex(ifindex), 0);
  attr.writeUInt32LE(tcxAttachType(direction), 4);
  attr.writeBigUInt64LE(addressOf(programs), 16);
  attr.writeUInt32LE(MAX_PROGRAMS, 24);
  attr.writeBigUInt64LE(addressOf(links), 40);
  try {
    bpfSyscall(`query tcx ${direction} of ifindex ${ifindex}`, BPF_PROG_QUERY, attr);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return { revision: 1n, programs: [] };
    throw error;
  }
  const count = Math.min(attr.readUInt32LE(24), MAX_PROGRAMS);
  return {
    revision: attr.readBigUInt64LE(56),
    programs: Array.from({ length: count }, (_, i) => ({
      progId: programs.readUInt32LE(4 * i),
      linkId: links.readUInt32LE(4 * i),
    })),
  };
}
