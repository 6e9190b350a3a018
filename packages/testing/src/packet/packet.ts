import { Buffer } from "node:buffer";
import type { Link } from "@emptcp/core/dissect";
import { concat } from "./bytes.js";

export type { Link };

type DeepPartial<T> = T extends Uint8Array | readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

type Edit = (bytes: Uint8Array) => Uint8Array;

/** Turns a description into bytes. A method, so that any packet is also a `Packet<object>`. */
interface Builder<Description> {
  build(description: Description): Uint8Array;
}

/** An immutable packet: a description that can be varied, and the bytes it stands for. */
export class Packet<Description extends object = object> {
  readonly description: Readonly<Description>;
  readonly link: Link;
  readonly #builder: Builder<Description>;
  readonly #edits: readonly Edit[];
  readonly #bytes: Uint8Array;

  /**
   * @param build turns a description into bytes; must not keep or change its argument
   * @param edits applied to the built bytes in order
   */
  constructor(
    build: (description: Description) => Uint8Array,
    description: Description,
    link: Link,
    edits: readonly Edit[] = [],
  ) {
    this.description = description;
    this.link = link;
    this.#builder = { build };
    this.#edits = edits;
    this.#bytes = edits.reduce((bytes, edit) => edit(bytes), build(description));
  }

  /** A fresh copy of the packet's bytes. */
  get bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** A packet whose description is this one's with `changes` merged in (objects merge, everything else replaces). */
  with(changes: DeepPartial<Description>): Packet<Description> {
    const description = merge(this.description, changes) as Description;
    const link = "eth" in description ? (description.eth === false ? "ip" : "ethernet") : this.link;
    return new Packet((d) => this.#builder.build(d), description, link, this.#edits);
  }

  /** The first `length` bytes; length fields and checksums keep describing the whole packet. */
  truncate(length: number): Packet<Description> {
    return this.edit((bytes) => bytes.slice(0, length));
  }

  /** Fills up with zero bytes to `length`, as a sender does for the Ethernet minimum of 60 bytes (without FCS). */
  pad(length = 60): Packet<Description> {
    return this.edit((bytes) =>
      bytes.length >= length ? bytes : concat(bytes, new Uint8Array(length - bytes.length)),
    );
  }

  /** Overwrites bytes from `offset` on; nothing else is recomputed. */
  patch(offset: number, replacement: Uint8Array | readonly number[]): Packet<Description> {
    return this.edit((bytes) => {
      const patched = Uint8Array.from(bytes);
      patched.set(replacement, offset);
      return patched;
    });
  }

  /** A packet whose bytes are `edit(bytes)`, applied after everything else. */
  edit(edit: Edit): Packet<Description> {
    return new Packet((d) => this.#builder.build(d), this.description, this.link, [...this.#edits, edit]);
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function merge(base: unknown, changes: unknown): unknown {
  if (!isPlainObject(base) || !isPlainObject(changes)) return changes;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(changes)) merged[key] = merge(base[key], value);
  return merged;
}
