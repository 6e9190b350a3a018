import { damaged } from "./object-error.js";

/** Little-endian reads from untrusted bytes; each names what it was after when it leaves the bounds. */
export class Bytes {
  readonly buffer: Buffer;

  constructor(
    bytes: Uint8Array,
    readonly what: string,
  ) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.buffer.length;
  }

  /** @throws ObjectError when [offset, offset+size) is not inside */
  check(offset: number, size: number): void {
    if (!(offset >= 0 && size >= 0 && offset + size <= this.length)) {
      damaged(`${this.what}: need ${size} bytes at ${offset}, have ${this.length}`);
    }
  }

  u8(offset: number): number {
    this.check(offset, 1);
    return this.buffer.readUInt8(offset);
  }

  u16(offset: number): number {
    this.check(offset, 2);
    return this.buffer.readUInt16LE(offset);
  }

  u32(offset: number): number {
    this.check(offset, 4);
    return this.buffer.readUInt32LE(offset);
  }

  s32(offset: number): number {
    this.check(offset, 4);
    return this.buffer.readInt32LE(offset);
  }

  u64(offset: number): bigint {
    this.check(offset, 8);
    return this.buffer.readBigUInt64LE(offset);
  }

  /** A 64-bit offset or size; what does not fit a file is damage. */
  size(offset: number): number {
    const value = this.u64(offset);
    if (value > 0xffff_ffffn) damaged(`${this.what}: size ${value} at ${offset} is too large`);
    return Number(value);
  }

  /** NUL-terminated string at an offset. */
  string(offset: number): string {
    this.check(offset, 1);
    const end = this.buffer.indexOf(0, offset);
    if (end < 0) damaged(`${this.what}: string at ${offset} has no end`);
    return this.buffer.toString("latin1", offset, end);
  }

  /** A view, not a copy. */
  slice(offset: number, size: number): Buffer {
    this.check(offset, size);
    return this.buffer.subarray(offset, offset + size);
  }
}
