import { libc } from "./libc.js";
import { mapMemory, type Mapping } from "./map-memory.js";

const HEADER = 8;
const DISCARDED = 0x4000_0000;
const LENGTH = 0x3fff_ffff;

/** The memory of a ring buffer map (Documentation/bpf/ringbuf.rst of Linux), read in place. */
export class RingMemory {
  readonly #consumer: Mapping;
  readonly #producer: Mapping;
  readonly #read: BigInt64Array;
  readonly #written: BigInt64Array;
  readonly #words: Int32Array;
  readonly #dataAt: number;
  readonly #mask: number;

  /** @param size bytes of the ring, a power of two */
  constructor(fd: number, size: number, what: string) {
    const page = Number(libc("getpagesize")());
    this.#consumer = mapMemory(fd, page, true, what);
    // the kernel maps the data twice in a row, so that no record is cut at the end
    this.#producer = mapMemory(fd, page + 2 * size, false, what, page);
    this.#read = new BigInt64Array(this.#consumer.buffer, 0, 1);
    this.#written = new BigInt64Array(this.#producer.buffer, 0, 1);
    this.#words = new Int32Array(this.#producer.buffer, page, size / 4);
    this.#dataAt = page;
    this.#mask = size - 1;
  }

  /**
   * Hands over finished records.
   *
   * @param max records at most
   * @param visit gets a view that is valid during the call only
   * @returns how many were handed over
   */
  drain(max: number, visit: (event: Buffer) => void): number {
    let count = 0;
    let position = Number(Atomics.load(this.#read, 0));
    try {
      while (count < max) {
        const header = this.#header(position);
        if (header === undefined) break;
        const length = header & LENGTH;
        const at = this.#dataAt + (position & this.#mask) + HEADER;
        position += (length + HEADER + 7) & ~7;
        if ((header & DISCARDED) !== 0) continue;
        count++;
        visit(Buffer.from(this.#producer.buffer, at, length));
      }
    } finally {
      Atomics.store(this.#read, 0, BigInt(position));
    }
    return count;
  }

  /** Bytes that wait to be read, unfinished records included. */
  get pending(): number {
    return Number(Atomics.load(this.#written, 0) - Atomics.load(this.#read, 0));
  }

  /** Header of the finished record at a position. */
  #header(position: number): number | undefined {
    for (let published = false; ; published = true) {
      if (position < Number(Atomics.load(this.#written, 0))) {
        const header = Atomics.load(this.#words, (position & this.#mask) >>> 2);
        if (header >= 0) return header; // the sign is the busy bit
      }
      if (published) return undefined;
      // the kernel wakes readers only when it sees their position at its record: publish, then look again
      Atomics.store(this.#read, 0, BigInt(position));
    }
  }

  close(): void {
    this.#consumer.unmap();
    this.#producer.unmap();
  }
}
