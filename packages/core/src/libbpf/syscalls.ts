import { addressOf, koffi } from "./koffi.js";
import { libc } from "./libc.js";
import { SystemError } from "./system-error.js";

/** System call numbers differ by architecture. */
const NUMBERS: Readonly<Record<string, { bpf: number; membarrier: number }>> = {
  x64: { bpf: 321, membarrier: 324 },
  arm64: { bpf: 280, membarrier: 283 },
  riscv64: { bpf: 280, membarrier: 283 },
  loong64: { bpf: 280, membarrier: 283 },
  s390x: { bpf: 351, membarrier: 356 },
  ppc64: { bpf: 361, membarrier: 365 },
};

const MEMBARRIER_CMD_GLOBAL = 1;

/** Commands of bpf(2) that libbpf 1.0 does not wrap. */
export const BPF_PROG_LOAD = 5;
export const BPF_PROG_QUERY = 16;
export const BPF_LINK_CREATE = 28;
export const BPF_LINK_UPDATE = 29;

function number(name: "bpf" | "membarrier"): number {
  const found = NUMBERS[process.arch]?.[name];
  if (found === undefined) throw new SystemError(`call ${name} on ${process.arch}`, 38);
  return found;
}

/** bpf(2) itself. @param attr `union bpf_attr`, zero-filled behind what is used @throws SystemError */
export function bpfSyscall(step: string, command: number, attr: Buffer): number {
  const result = Number(libc("syscall")(number("bpf"), command, addressOf(attr), attr.length));
  if (result < 0) throw new SystemError(step, koffi().errno());
  return result;
}

/** Waits until every program run that had begun before is over (one RCU grace period; 10-30 ms). @throws SystemError */
export function rcuGracePeriod(): void {
  const result = Number(libc("syscall")(number("membarrier"), MEMBARRIER_CMD_GLOBAL, null, 0));
  if (result < 0) throw new SystemError("wait for a grace period", koffi().errno());
}

/** Whether `rcuGracePeriod` works: MEMBARRIER_CMD_GLOBAL is off on kernels with nohz_full CPUs. */
export function hasMembarrier(): boolean {
  const commands = Number(libc("syscall")(number("membarrier"), 0, null, 0));
  return commands > 0 && (commands & MEMBARRIER_CMD_GLOBAL) !== 0;
}
