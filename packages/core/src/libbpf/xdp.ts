import { addressOf } from "./koffi.js";
import { libbpf } from "./library.js";
import { BpfLink, checkIfindex, linkIds } from "./link.js";
import { xdpFlags, type XdpMode } from "./link-types.js";
import { capturePrints } from "./print.js";
import { BpfProgram, programFd, type ProgramLike } from "./program.js";
import { isSystemError, SystemError } from "./system-error.js";

const UPDATE_IF_NOEXIST = 1;
const REPLACE = 16;
const QUERY_SIZE = 32;
const ATTACH_SIZE = 16;

/** A program on the XDP hook of an interface. */
export interface XdpProgram {
  readonly id: number;
  /** Empty when the program vanished meanwhile. */
  readonly name: string;
  readonly mode: "native" | "generic" | "offload";
  /** Takes it off if it is still the same one; false when it belongs to a link, which only its owner can take off. */
  detach(): boolean;
}

/** What is on the XDP hook of an interface of the present network namespace; undefined when nothing is, or there is no such interface. */
export function queryXdp(ifindex: number): XdpProgram | undefined {
  const opts = Buffer.alloc(QUERY_SIZE);
  opts.writeBigUInt64LE(BigInt(QUERY_SIZE), 0);
  call(`query xdp of ifindex ${ifindex}`, () =>
    libbpf("bpf_xdp_query")(checkIfindex(ifindex), 0, addressOf(opts)),
  );
  const [any, native, offload, generic] = [8, 12, 16, 20].map((at) => opts.readUInt32LE(at));
  const id = native || offload || generic || any;
  if (!id) return undefined;
  const mode = id === native ? "native" : id === offload ? "offload" : "generic";
  return { id, mode, name: programName(id), detach: () => detach(ifindex, id, mode) };
}

/**
 * Attaches by netlink: stays without a link or pin. For programs that must outlive bpffs; else use links.
 *
 * @param options.old replaces this program only; without it the hook must be free
 * @throws SystemError EBUSY or EEXIST when another program is there
 */
export function xdpAttach(
  program: ProgramLike,
  ifindex: number,
  mode: XdpMode = "auto",
  options: { readonly old?: ProgramLike } = {},
): void {
  attach(
    `attach xdp to ifindex ${ifindex}`,
    programFd(program),
    ifindex,
    mode,
    options.old === undefined ? undefined : programFd(options.old),
  );
}

function attach(step: string, fd: number, ifindex: number, mode: XdpMode, old: number | undefined): void {
  const opts = Buffer.alloc(ATTACH_SIZE);
  opts.writeBigUInt64LE(BigInt(ATTACH_SIZE), 0);
  opts.writeInt32LE(old ?? 0, 8);
  const flags = xdpFlags(mode) | (old === undefined ? UPDATE_IF_NOEXIST : REPLACE);
  call(step, () => libbpf("bpf_xdp_attach")(checkIfindex(ifindex), fd, flags, addressOf(opts)));
}

function detach(ifindex: number, id: number, mode: XdpProgram["mode"]): boolean {
  const linked = linkIds().some((linkId) => {
    try {
      using link = BpfLink.fromId(linkId);
      const info = link.info();
      return info.type === "xdp" && info.progId === id && info.ifindex === ifindex;
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return false;
      throw error;
    }
  });
  if (linked) return false;
  using program = BpfProgram.fromId(id);
  attach(
    `detach xdp of ifindex ${ifindex}`,
    -1,
    ifindex,
    mode === "generic" ? "generic" : "native",
    program.fd,
  );
  return true;
}

function programName(id: number): string {
  try {
    using program = BpfProgram.fromId(id);
    return program.info().name;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "";
    throw error;
  }
}

function call(step: string, run: () => number | bigint): void {
  const { result, log } = capturePrints(run);
  if (Number(result) < 0) throw new SystemError(step, -Number(result), log);
}
