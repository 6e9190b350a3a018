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

/**
 * Runs the root program of a port once.
 *
 * On XDP the context goes in and out, because only it tells metadata from packet.
 */
export function testProgram(
  engine: Engine,
  pinDir: string,
  hook: Hook,
  portName: string,
  data: Uint8Array,
): ProgramResult {
  if (hook !== "xdp") {
    const { verdict, data: after } = engine.testRun(hook, data, portName);
    return { retval: verdict, data: after, metadata: 0 };
  }
  const port = engine.current().ports.find((p) => p.hook === hook && p.name === portName);
  if (!port) throw new Error(`run packet: the engine has no port ${portName} on ${hook}`);
  using root = BpfProgram.fromPin(join(pinDir, "ports", `${port.id}_root`));
  const result = root.testRun({ data, ctx: xdpContext(data.length), dataOutSize: data.length + GROWTH });
  const metadata = result.ctx?.readUInt32LE(0) ?? 0;
  return { retval: result.retval, data: Buffer.from(result.data.subarray(metadata)), metadata };
}
