import { Buffer } from "node:buffer";
import type { Link } from "./reader.js";

/** An interface of a capture. */
export interface PcapngInterface {
  readonly name: string;
  readonly description?: string;
  readonly link: Link;
}

/** A packet of a capture. */
export interface PcapngPacket {
  /** What `addInterface` returned. */
  readonly interface: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly bytes: Uint8Array;
  /** Bytes of the whole packet, `bytes` and what was cut off. */
  readonly length: number;
  readonly direction?: "in" | "out";
  /** Equal for the views of one packet at several places. */
  readonly id?: bigint;
  /** What a program at a hook returned. */
  readonly verdict?: { readonly hook: "tc" | "xdp"; readonly value: number };
  readonly comments?: readonly string[];
}

const LINK_TYPES = { ethernet: 1, ip: 101 } as const;
const DIRECTIONS = { in: 1, out: 2 } as const;
/** The first byte of epb_verdict. */
const VERDICTS = { tc: 1, xdp: 2 } as const;
/** A length of an option is 16 bits wide. */
const LONGEST = 65532;

/** One option: u16 code, u16 length, the value, padding to 32 bits. */
function option(code: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  bytes.set(value, 4);
  return bytes;
}

/** Cuts at a whole character. */
function textOption(code: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  let end = Math.min(bytes.length, LONGEST);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return option(code, bytes.subarray(0, end));
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32LE(value >>> 0, i * 4));
  return bytes;
}

function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** u32 type, u32 length, body, options, u32 length again. */
function block(type: number, body: readonly Uint8Array[], options: readonly Buffer[]): Buffer {
  const end = options.length > 0 ? [Buffer.alloc(4)] : [];
  const inner = Buffer.concat([...body, ...options, ...end]);
  const length = numbers(inner.length + 12);
  return Buffer.concat([numbers(type), length, inner, length]);
}

/**
 * Writes captures in the format of Wireshark (pcapng, draft-ietf-opsawg-pcapng), little-endian, with time in nanoseconds. Each
 * call hands whole blocks to `write`, so that a reader can follow.
 */
export class PcapngWriter {
  readonly #write: (block: Buffer) => void;
  #interfaces = 0;

  /**
   * Writes the section header.
   * @param application name and version of who captures
   */
  constructor(write: (block: Buffer) => void, application: string) {
    this.#write = write;
    const header = Buffer.alloc(16);
    header.writeUInt32LE(0x1a2b3c4d, 0);
    header.writeUInt16LE(1, 4);
    // The length of the section is not known.
    header.fill(0xff, 8);
    write(block(0x0a0d0d0a, [header], [textOption(4, application)]));
  }

  /** Adds an interface. @returns its number, for packets */
  addInterface({ name, description, link }: PcapngInterface): number {
    const body = Buffer.alloc(8);
    body.writeUInt16LE(LINK_TYPES[link], 0);
    const options = [textOption(2, name), option(9, Uint8Array.of(9))];
    if (description !== undefined) options.push(textOption(3, description));
    this.#write(block(1, [body], options));
    return this.#interfaces++;
  }

  addPacket(packet: PcapngPacket): void {
    const { bytes, time, direction, id, verdict, comments = [] } = packet;
    const head = numbers(
      packet.interface,
      Number(time >> 32n),
      Number(time & 0xffffffffn),
      bytes.length,
      Math.max(packet.length, bytes.length),
    );
    const options = comments.map((text) => textOption(1, text));
    if (direction) options.push(option(2, numbers(DIRECTIONS[direction])));
    if (id !== undefined) options.push(option(5, long(id)));
    if (verdict) {
      const value = long(BigInt.asUintN(64, BigInt(verdict.value)));
      options.push(option(7, Buffer.concat([Uint8Array.of(VERDICTS[verdict.hook]), value])));
    }
    this.#write(block(6, [head, bytes, Buffer.alloc(-bytes.length & 3)], options));
  }
}
