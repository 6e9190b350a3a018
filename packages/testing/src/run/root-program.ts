import { join } from "node:path";
import type { Engine, Hook } from "@emptcp/core";
import { BpfProgram } from "@emptcp/core/libbpf";

/** What a root program made of a packet. */
export interface ProgramResult {
  readonly retval: number;
  /** The packet, without metadata in front of it. */
  readonly data: Buffer;
  readonly metadata: number;
}

/** Bytes that a chain may add to a packet in a test run. */
const GROWTH = 512;

/** `struct xdp_md` as the kernel wants it: data from 0 to the packet's length. */
function xdpContext(length: number): Buffer {
  const context = Buffer.alloc(24);
  context.writeUInt32LE(length, 4);
  return context;
}

/** `struct __sk_buff` of a packet that stands for several on the wire. */
function gsoContext(gsoSize: number): Buffer {
  const context = Buffer.alloc(192);
  context.writeUInt32LE(2, 164);
  context.writeUInt32LE(gsoSize, 176);
  return context;
}

/** The root program of a test port, open for many runs. */
export class RootProgram {
  readonly #program: BpfProgram;

  /** @throws when the engine has no such port */
  constructor(
    engine: Engine,
    pinDir: string,
    readonly hook: Hook,
    portName: string,
  ) {
    const port = engine.current().ports.find((p) => p.hook === hook && p.name === portName);
    if (!port) throw new Error(`run packet: the engine has no port ${portName} on ${hook}`);
    this.#program = BpfProgram.fromPin(join(pinDir, "ports", `${port.id}_root`));
  }

  /**
   * Runs the program once on `data`.
   * @param gsoSize on TC: bytes of each segment that the packet stands for; 0 for an ordinary packet
   */
  run(data: Uint8Array, gsoSize: number): ProgramResult {
    const options = { data, dataOutSize: data.length + GROWTH };
    if (this.hook === "xdp") {
      // Only the context tells metadata from packet: the kernel returns both in one buffer.
      const result = this.#program.testRun({ ...options, ctx: xdpContext(data.length) });
      const metadata = result.ctx?.readUInt32LE(0) ?? 0;
      return { retval: result.retval, data: Buffer.from(result.data.subarray(metadata)), metadata };
    }
    const result = this.#program.testRun(gsoSize > 0 ? { ...options, ctx: gsoContext(gsoSize) } : options);
    return { retval: result.retval, data: result.data, metadata: 0 };
  }

  close(): void {
    this.#program.close();
  }
}
