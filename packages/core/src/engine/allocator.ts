import { Bitmap } from "./bitmap.js";
import { LIMITS, ROW_CLASSES } from "./layout.js";

const HEADER_WORDS = 16;
const COUNTER = { dirty: 0, rule: 1, literal: 2, table: 3 } as const;
const SIZES = [...ROW_CLASSES.map((c) => c.capacity as number), LIMITS.negs as number];

/** Bytes of the `emptcp_alloc` map: a header of counters, then one bitmap for each kind of id. */
export const ALLOCATOR_BYTES = 4 * (HEADER_WORDS + SIZES.reduce((n, s) => n + Math.ceil(s / 32), 0));

/**
 * Free lists that outlive the process. Whoever writes holds the lock; `dirty` is set while a change is
 * under way, so that the next writer knows that ids may have leaked and rebuilds the lists.
 */
export class Allocator {
  readonly #header: Uint32Array;
  readonly rows: readonly Bitmap[];
  readonly negs: Bitmap;

  /** @param memory the mapped value of `emptcp_alloc` */
  constructor(memory: ArrayBufferLike) {
    this.#header = new Uint32Array(memory, 0, HEADER_WORDS);
    let offset = HEADER_WORDS * 4;
    const bitmaps = SIZES.map((size) => {
      const words = Math.ceil(size / 32);
      const bitmap = new Bitmap(new Uint32Array(memory, offset, words), size);
      offset += words * 4;
      return bitmap;
    });
    this.negs = bitmaps.pop() as Bitmap;
    this.rows = bitmaps;
  }

  /** Id 0 means "none" for rows and negations. */
  reserveZero(): void {
    for (const bitmap of [...this.rows, this.negs]) bitmap.set(0);
  }

  get dirty(): boolean {
    return this.#header[COUNTER.dirty] !== 0;
  }
  set dirty(value: boolean) {
    this.#header[COUNTER.dirty] = value ? 1 : 0;
  }

  /** Ids that are never used twice (they wrap after 2^32). */
  nextRule(): number {
    return this.#next(COUNTER.rule);
  }
  /** The last rule id that was given out. */
  get lastRule(): number {
    return this.#header[COUNTER.rule] ?? 0;
  }
  nextLiteral(): number {
    return this.#next(COUNTER.literal);
  }
  nextTable(): number {
    return this.#next(COUNTER.table);
  }

  #next(counter: number): number {
    const value = ((this.#header[counter] ?? 0) + 1) >>> 0 || 1;
    this.#header[counter] = value;
    return value;
  }
}
