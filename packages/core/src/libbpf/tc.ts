import { addressOf } from "./koffi.js";
import { libbpf } from "./library.js";
import { checkIfindex } from "./link.js";
import { tcxAttachType, type Direction } from "./link-types.js";
import { capturePrints } from "./print.js";
import { programFd, type ProgramLike } from "./program.js";
import { SystemError } from "./system-error.js";

const HOOK_SIZE = 24;
const OPTS_SIZE = 32;
const POINTS = { ingress: 1, egress: 2 } as const;
const BOTH = 3;
const F_REPLACE = 1;
const EEXIST = -17;
const ENOENT = -2;
const EINVAL = -22;

/** Where a filter sits: the kernel's name for it on an interface and direction. */
export interface FilterSlot {
  readonly handle: number;
  readonly priority: number;
}

/** The slot of eMPTCP's own filters: last in priority, with a handle that spells "MP". */
export const OWN_FILTER: FilterSlot = { handle: 0x4d50, priority: 0xc000 };

function hook(ifindex: number, point: number): Buffer {
  const bytes = Buffer.alloc(HOOK_SIZE);
  bytes.writeBigUInt64LE(BigInt(HOOK_SIZE), 0);
  bytes.writeInt32LE(checkIfindex(ifindex), 8);
  bytes.writeInt32LE(point, 12);
  return bytes;
}

function direct(ifindex: number, direction: Direction): Buffer {
  tcxAttachType(direction); // checks the word
  return hook(ifindex, POINTS[direction]);
}

function filter(slot: FilterSlot): Buffer {
  const { handle, priority } = slot;
  if (!Number.isInteger(handle) || handle < 1 || handle > 0xffff_ffff)
    throw new RangeError(`use filter: handle ${handle} is not one`);
  if (!Number.isInteger(priority) || priority < 1 || priority > 0xffff)
    throw new RangeError(`use filter: priority ${priority} is not in 1..65535`);
  const bytes = Buffer.alloc(OPTS_SIZE);
  bytes.writeBigUInt64LE(BigInt(OPTS_SIZE), 0);
  bytes.writeUInt32LE(handle, 20);
  bytes.writeUInt32LE(priority, 24);
  return bytes;
}

function run(step: string, call: () => number | bigint, ...tolerated: number[]): number {
  const { result, log } = capturePrints(call);
  const value = Number(result);
  if (value < 0 && !tolerated.includes(value)) throw new SystemError(step, -value, log);
  return value;
}

/** Adds the clsact qdisc to an interface of the present network namespace; false when it was there. */
export function createClsact(ifindex: number): boolean {
  const bytes = hook(ifindex, BOTH);
  return (
    run(`add clsact to ifindex ${ifindex}`, () => libbpf("bpf_tc_hook_create")(addressOf(bytes)), EEXIST) ===
    0
  );
}

/** Takes the clsact qdisc off, with every filter on it, whoever put it there. */
export function destroyClsact(ifindex: number): void {
  const bytes = hook(ifindex, BOTH);
  run(
    `take clsact off ifindex ${ifindex}`,
    () => libbpf("bpf_tc_hook_destroy")(addressOf(bytes)),
    ENOENT,
    EINVAL,
  );
}

/** The program in a filter slot of an interface of the present network namespace. */
export function queryClsact(
  ifindex: number,
  direction: Direction,
  slot: FilterSlot = OWN_FILTER,
): { readonly progId: number } | undefined {
  const bytes = direct(ifindex, direction);
  const opts = filter(slot);
  const result = run(
    `query clsact of ifindex ${ifindex}`,
    () => libbpf("bpf_tc_query")(addressOf(bytes), addressOf(opts)),
    ENOENT,
    EINVAL,
  );
  return result === 0 ? { progId: opts.readUInt32LE(16) } : undefined;
}

/**
 * Attaches as a clsact filter, for kernels without tcx; adds the qdisc when it is missing and replaces what
 * is in the same slot. Stays until detached or the interface goes.
 *
 * @throws SystemError ENODEV when there is no such interface
 */
export function attachClsact(
  program: ProgramLike,
  ifindex: number,
  direction: Direction,
  slot: FilterSlot = OWN_FILTER,
): void {
  createClsact(ifindex);
  const bytes = direct(ifindex, direction);
  const opts = filter(slot);
  opts.writeInt32LE(programFd(program), 8);
  opts.writeUInt32LE(F_REPLACE, 12);
  run(`attach clsact filter to ${direction} of ifindex ${ifindex}`, () =>
    libbpf("bpf_tc_attach")(addressOf(bytes), addressOf(opts)),
  );
}

/**
 * Takes one filter off; the qdisc stays, since whether others use it cannot be known without a race.
 *
 * @returns whether it was there
 */
export function detachClsact(ifindex: number, direction: Direction, slot: FilterSlot = OWN_FILTER): boolean {
  const bytes = direct(ifindex, direction);
  const opts = filter(slot);
  const result = run(
    `detach clsact filter of ifindex ${ifindex}`,
    () => libbpf("bpf_tc_detach")(addressOf(bytes), addressOf(opts)),
    ENOENT,
    EINVAL,
  );
  return result === 0;
}
