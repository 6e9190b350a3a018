import { Fd } from "./fd.js";
import { koffi } from "./koffi.js";
import type { BpfMap } from "./map.js";
import { RingMemory } from "./ringbuf-memory.js";

/** How to read a ring buffer. */
export interface RingBufferOptions {
  /** Events handed over in a row before other work of the process gets its turn. */
  readonly slice?: number;
  /** Waiting for events does not keep the process alive. */
  readonly unref?: boolean;
}

type PollHandle = ReturnType<ReturnType<typeof koffi>["node"]["poll"]>;

/**
 * Reader of a ring buffer map: no thread, no busy wait. A map has one reading position, so one reader at a
 * time. What the producer could not place is for the producer to count.
 */
export class RingBuffer {
  readonly #fd: Fd;
  readonly #memory: RingMemory;
  readonly #slice: number;
  readonly #unref: boolean;
  readonly #polls = new Set<PollHandle>();
  readonly #waiting = new Set<() => void>();

  /** @param map stays with its owner, who may close it @throws TypeError when it is no ring buffer */
  constructor(map: BpfMap, options: RingBufferOptions = {}) {
    if (map.type !== "ringbuf") throw new TypeError(`read events of map ${map.name}: it is a ${map.type}`);
    const slice = options.slice ?? 4096;
    if (!Number.isInteger(slice) || slice < 1)
      throw new RangeError(`read events of map ${map.name}: a slice of ${slice} is not possible`);
    this.#slice = slice;
    this.#unref = options.unref ?? false;
    this.#fd = Fd.duplicate(map.fd, `ring buffer ${map.name}`);
    try {
      this.#memory = new RingMemory(this.#fd.fd, map.maxEntries, this.#fd.what);
    } catch (error) {
      this.#fd.close();
      throw error;
    }
  }

  /**
   * Reads what is there, without waiting.
   *
   * @param visit gets a view that is valid during the call only; copy what is to be kept
   * @returns number of events
   */
  drain(visit: (event: Buffer) => void, max: number = Number.MAX_SAFE_INTEGER): number {
    void this.#fd.fd;
    return this.#memory.drain(max, visit);
  }

  /**
   * Calls back for each event from now on, until the returned function or `close` is called.
   *
   * @param visit gets a view that is valid during the call only; copy what is to be kept
   */
  onEvents(visit: (event: Buffer) => void): () => void {
    const handle = this.#poll(() => void this.#memory.drain(this.#slice, visit));
    return () => this.#stop(handle);
  }

  /**
   * Events as copies, one after the other; ends when the reader is closed. What was not handed over before the loop was
   * left stays in the buffer.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (let count = 1; !this.#fd.closed; count++) {
      let next: Buffer | undefined;
      this.#memory.drain(1, (event) => (next = Buffer.from(event)));
      // Nothing may come between looking and waiting: the reader could be closed meanwhile.
      if (!next) await this.#readable();
      else yield next;
      // Events that never end would keep timers and signals waiting.
      if (count % this.#slice === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Bytes that wait to be read. */
  get pending(): number {
    void this.#fd.fd;
    return this.#memory.pending;
  }

  close(): void {
    // libuv aborts the process when a descriptor goes before its poll handle
    for (const handle of [...this.#polls]) this.#stop(handle);
    for (const wake of [...this.#waiting]) wake();
    this.#memory.close();
    this.#fd.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #readable(): Promise<void> {
    return new Promise((resolve) => {
      const handle = this.#poll(() => wake());
      const wake = (): void => {
        this.#stop(handle);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  #poll(callback: () => void): PollHandle {
    const handle = koffi().node.poll(this.#fd.fd, { readable: true }, callback);
    if (this.#unref) handle.unref();
    this.#polls.add(handle);
    return handle;
  }

  #stop(handle: PollHandle): void {
    if (!this.#polls.delete(handle)) return;
    handle.stop();
    handle.close();
  }
}
