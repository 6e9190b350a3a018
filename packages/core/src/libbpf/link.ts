import { Fd } from "./fd.js";
import { checkKind } from "./fd-kind.js";
import { allIds, objectInfo } from "./info.js";
import { libbpf } from "./library.js";
import {
  ATTACH_TYPES,
  LINK_TYPES,
  tcxAttachType,
  xdpFlags,
  type Direction,
  type XdpMode,
} from "./link-types.js";
import { checkU32, openPin, pinFd } from "./pin.js";
import { programFd, type ProgramLike } from "./program.js";
import { BPF_LINK_CREATE, BPF_LINK_UPDATE, bpfSyscall } from "./syscalls.js";
import { check } from "./system-error.js";

const BEFORE = 8;
const AFTER = 16;
const IS_ID = 32;
const IS_LINK = 1 << 13;
const REPLACE = 4;
const ATTR_SIZE = 64;

/** A neighbour in the list of tcx programs. */
export type TcxNeighbour = { readonly programId: number } | { readonly linkId: number };

/** Where in the list of tcx programs of an interface; last unless said. */
export type TcxPosition =
  | "first"
  | "last"
  | { readonly before: TcxNeighbour }
  | { readonly after: TcxNeighbour };

/** What the kernel says about a link. */
export interface LinkInfo {
  readonly id: number;
  readonly type: string;
  readonly typeId: number;
  readonly progId: number;
  /** Of xdp and tcx links; 0 when the interface is gone. */
  readonly ifindex: number;
  /** Of tcx and cgroup links. */
  readonly attachType: number | undefined;
  /** Of cgroup links. */
  readonly cgroupId: bigint | undefined;
}

/** A program that is attached while this link is open or pinned. */
export class BpfLink {
  readonly #fd: Fd;

  private constructor(fd: Fd) {
    this.#fd = fd;
    try {
      checkKind(fd.fd, "link", fd.what);
    } catch (error) {
      fd.close();
      throw error;
    }
  }

  /**
   * Attaches to the XDP hook of an interface of the present network namespace; takes 8-25 ms.
   *
   * @throws SystemError EBUSY when another program is there, EOPNOTSUPP when the driver has no native XDP
   */
  static createXdp(program: ProgramLike, ifindex: number, mode: XdpMode = "auto"): BpfLink {
    const attr = linkAttr(program, checkIfindex(ifindex), ATTACH_TYPES.xdp, xdpFlags(mode));
    return create(`attach xdp link to ifindex ${ifindex} (${mode})`, attr);
  }

  /**
   * Attaches to tcx of an interface of the present network namespace (Linux 6.6).
   *
   * @param options.revision of `tcxQuery`: ESTALE when the list has changed since
   * @throws SystemError EINVAL on kernels without tcx, EEXIST when this program is there already
   */
  static createTcx(
    program: ProgramLike,
    ifindex: number,
    direction: Direction,
    options: { readonly position?: TcxPosition; readonly revision?: bigint } = {},
  ): BpfLink {
    const { flags, relative } = position(options.position ?? "last");
    const attr = linkAttr(program, checkIfindex(ifindex), tcxAttachType(direction), flags);
    attr.writeUInt32LE(relative, 16);
    attr.writeBigUInt64LE(options.revision ?? 0n, 24);
    return create(`attach tcx link to ${direction} of ifindex ${ifindex}`, attr);
  }

  /** Attaches to a cgroup, e.g. with ATTACH_TYPES.cgroup_sock_ops. @throws SystemError EBADF when it is no cgroup2 directory */
  static createCgroup(program: ProgramLike, cgroupFd: number, attachType: number): BpfLink {
    return create(
      "attach cgroup link",
      linkAttr(program, checkU32(cgroupFd, "cgroup fd"), checkU32(attachType, "attach type"), 0),
    );
  }

  /** @throws SystemError ENOENT when nothing is pinned there */
  static fromPin(path: string): BpfLink {
    return new BpfLink(openPin(path, "link"));
  }

  /** Another descriptor of an open link; the given one stays with its owner. */
  static fromFd(fd: number): BpfLink {
    return new BpfLink(Fd.duplicate(fd, "link"));
  }

  /** @throws SystemError ENOENT when no link has this id */
  static fromId(id: number): BpfLink {
    return new BpfLink(
      new Fd(
        check(libbpf("bpf_link_get_fd_by_id")(checkU32(id, "link id")), `open link ${id}`),
        `link ${id}`,
      ),
    );
  }

  /** Takes ownership. @internal */
  static own(fd: Fd): BpfLink {
    return new BpfLink(fd);
  }

  /** The descriptor; stays owned by this object. */
  get fd(): number {
    return this.#fd.fd;
  }

  /** What the kernel says about it now. */
  info(): LinkInfo {
    const info = objectInfo(this.fd, this.#fd.what);
    const typeId = info.readUInt32LE(0);
    const type = LINK_TYPES[typeId] ?? `type ${typeId}`;
    return {
      typeId,
      type,
      id: info.readUInt32LE(4),
      progId: info.readUInt32LE(8),
      ifindex: type === "xdp" || type === "tcx" || type === "netkit" ? info.readUInt32LE(16) : 0,
      attachType:
        type === "tcx" || type === "netkit"
          ? info.readUInt32LE(20)
          : type === "cgroup"
            ? info.readUInt32LE(24)
            : undefined,
      cgroupId: type === "cgroup" ? info.readBigUInt64LE(16) : undefined,
    };
  }

  /**
   * Puts another program in place of the present one, without a gap.
   *
   * @param options.old only when this is the present program
   * @throws SystemError EPERM when `old` is not, ENOLINK when the interface is gone
   */
  update(program: ProgramLike, options: { readonly old?: ProgramLike } = {}): void {
    const attr = Buffer.alloc(ATTR_SIZE);
    attr.writeUInt32LE(this.fd, 0);
    attr.writeUInt32LE(programFd(program), 4);
    if (options.old !== undefined) {
      attr.writeUInt32LE(REPLACE, 8);
      attr.writeUInt32LE(programFd(options.old), 12);
    }
    bpfSyscall(`update ${this.#fd.what}`, BPF_LINK_UPDATE, attr);
  }

  /** Detaches at once, though pins and other descriptors remain. @throws SystemError EOPNOTSUPP for types without it */
  detach(): void {
    check(libbpf("bpf_link_detach")(this.fd), `detach ${this.#fd.what}`);
  }

  /** Keeps it attached beyond this process. @throws SystemError EEXIST when the path is taken */
  pin(path: string): void {
    pinFd(this.#fd, path);
  }

  /** Closes the descriptor; detaches unless pinned or open elsewhere. */
  close(): void {
    this.#fd.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Ids of all links. */
export function linkIds(): number[] {
  return allIds("link");
}

/** @throws RangeError */
export function checkIfindex(ifindex: number): number {
  if (!Number.isInteger(ifindex) || ifindex <= 0 || ifindex > 0x7fff_ffff)
    throw new RangeError(`use interface: ${ifindex} is not an interface number`);
  return ifindex;
}

function linkAttr(program: ProgramLike, target: number, attachType: number, flags: number): Buffer {
  const attr = Buffer.alloc(ATTR_SIZE);
  attr.writeUInt32LE(programFd(program), 0);
  attr.writeUInt32LE(target, 4);
  attr.writeUInt32LE(attachType, 8);
  attr.writeUInt32LE(flags, 12);
  return attr;
}

function create(step: string, attr: Buffer): BpfLink {
  return BpfLink.own(new Fd(bpfSyscall(step, BPF_LINK_CREATE, attr), "link"));
}

function position(where: TcxPosition): { flags: number; relative: number } {
  if (where === "first") return { flags: BEFORE, relative: 0 };
  if (where === "last") return { flags: AFTER, relative: 0 };
  const [side, neighbour] = "before" in where ? [BEFORE, where.before] : [AFTER, where.after];
  if ("linkId" in neighbour)
    return { flags: side | IS_ID | IS_LINK, relative: checkU32(neighbour.linkId, "link id") };
  return { flags: side | IS_ID, relative: checkU32(neighbour.programId, "program id") };
}
