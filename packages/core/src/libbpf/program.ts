import { Fd } from "./fd.js";
import { checkKind } from "./fd-kind.js";
import { allIds, nameAt, objectInfo } from "./info.js";
import { addressOf } from "./koffi.js";
import { libbpf } from "./library.js";
import { checkU32, openPin, pinFd } from "./pin.js";
import { programTypeName } from "./program-types.js";
import { check } from "./system-error.js";
import { testRun, type TestRunOptions, type TestRunResult } from "./test-run.js";

/** What the kernel says about a program. */
export interface ProgramInfo {
  readonly id: number;
  readonly type: string;
  readonly typeId: number;
  readonly name: string;
  /** Hash of the instructions, hexadecimal. */
  readonly tag: string;
  /** Nanoseconds since boot. */
  readonly loadTime: bigint;
  readonly mapIds: readonly number[];
  readonly btfId: number;
  /** Bytes. */
  readonly xlatedLength: number;
  readonly jitedLength: number;
  /** Instructions that the verifier walked through. */
  readonly verifiedInstructions: number;
}

/** Anything that has a program's descriptor, or the descriptor itself. */
export type ProgramLike = number | { readonly fd: number };

/** Descriptor of a program. */
export function programFd(program: ProgramLike): number {
  return checkU32(typeof program === "number" ? program : program.fd, "program fd");
}

/** A loaded program, through a descriptor that this object owns. */
export class BpfProgram {
  readonly #fd: Fd;

  private constructor(fd: Fd) {
    this.#fd = fd;
    try {
      checkKind(fd.fd, "program", fd.what);
    } catch (error) {
      fd.close();
      throw error;
    }
  }

  /** @throws SystemError ENOENT when nothing is pinned there */
  static fromPin(path: string): BpfProgram {
    return new BpfProgram(openPin(path, "program"));
  }

  /** Another descriptor of an open program; the given one stays with its owner. */
  static fromFd(fd: number): BpfProgram {
    return new BpfProgram(Fd.duplicate(fd, "program"));
  }

  /** @throws SystemError ENOENT when no program has this id */
  static fromId(id: number): BpfProgram {
    return new BpfProgram(
      new Fd(
        check(libbpf("bpf_prog_get_fd_by_id")(checkU32(id, "program id")), `open program ${id}`),
        `program ${id}`,
      ),
    );
  }

  /** The descriptor; stays owned by this object. */
  get fd(): number {
    return this.#fd.fd;
  }

  /** What the kernel says about it. */
  info(): ProgramInfo {
    const first = objectInfo(this.fd, this.#fd.what);
    const count = first.readUInt32LE(52);
    const ids = Buffer.alloc(4 * Math.max(count, 1));
    const info = objectInfo(this.fd, this.#fd.what, (request) => {
      request.writeUInt32LE(count, 52);
      request.writeBigUInt64LE(count === 0 ? 0n : addressOf(ids), 56);
    });
    const u32 = (offset: number): number => info.readUInt32LE(offset);
    return {
      typeId: u32(0),
      type: programTypeName(u32(0)),
      id: u32(4),
      tag: info.toString("hex", 8, 16),
      jitedLength: u32(16),
      xlatedLength: u32(20),
      loadTime: info.readBigUInt64LE(40),
      mapIds: Array.from({ length: Math.min(count, u32(52)) }, (_, i) => ids.readUInt32LE(4 * i)),
      name: nameAt(info, 64),
      btfId: u32(128),
      verifiedInstructions: u32(216),
    };
  }

  /** Keeps the program under a path on bpffs. @throws SystemError EEXIST when the path is taken */
  pin(path: string): void {
    pinFd(this.#fd, path);
  }

  /** Runs the program on a made-up packet. @throws SystemError EINVAL for less than 14 bytes */
  testRun(options: TestRunOptions): TestRunResult {
    return testRun(this.fd, options);
  }

  close(): void {
    this.#fd.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Ids of all loaded programs. */
export function programIds(): number[] {
  return allIds("prog");
}

/** Ids of all maps. */
export function mapIds(): number[] {
  return allIds("map");
}
