import { readUint } from "./bytes.js";

/** Where a packet begins: with an Ethernet header, or with its IP header (layer 3 device). */
export type Link = "ethernet" | "ip";

/** Whether a checksum holds; "partial" is the pseudo-header sum alone, "none" means absent, "unchecked" that bytes are missing. */
export type ChecksumStatus = "good" | "bad" | "partial" | "none" | "unchecked";

export type FieldValue = number | bigint | string | boolean;

/** One named field of a packet. */
export interface Field {
  /** For example "ip.ttl" or "tcp.dss.ack"; a second option of one name is "tcp.nop#2". */
  readonly path: string;
  readonly value: FieldValue;
  /** Bytes from the start of the packet. */
  readonly offset: number;
  /** Bytes that the field touches. */
  readonly size: number;
  readonly checksum?: ChecksumStatus;
}

/** Reads fields from the front to the back, never beyond `end`. */
export class Reader {
  readonly fields: Field[] = [];
  /** The end of what may be read; layers lower it to their own length. */
  end: number;
  at = 0;
  /** Put before each path: "inner." inside a tunnel. */
  prefix = "";

  constructor(readonly bytes: Uint8Array) {
    this.end = bytes.length;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Unsigned big-endian number of `size` bytes at an absolute offset. */
  peek(offset: number, size: number): number {
    return readUint(this.bytes, offset, size);
  }

  add(path: string, value: FieldValue, offset: number, size: number, checksum?: ChecksumStatus): void {
    this.fields.push({ path: this.prefix + path, value, offset, size, ...(checksum && { checksum }) });
  }

  /** Adds the next `size` bytes as a number and steps over them. */
  number(path: string, size: number): number {
    const value = this.peek(this.at, size);
    this.add(path, value, this.at, size);
    this.at += size;
    return value;
  }

  /** Adds the next 8 bytes as a bigint and steps over them. */
  big(path: string): void {
    this.add(path, (BigInt(this.peek(this.at, 4)) << 32n) | BigInt(this.peek(this.at + 4, 4)), this.at, 8);
    this.at += 8;
  }

  /** Adds the next `size` bytes as text and steps over them. */
  text(path: string, size: number, format: (bytes: Uint8Array) => string): void {
    this.add(path, format(this.bytes.subarray(this.at, this.at + size)), this.at, size);
    this.at += size;
  }
}
