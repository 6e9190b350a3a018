/** A set of small integers kept as bits in memory that may be shared with other processes and survives them. */
export class Bitmap {
  readonly #words: Uint32Array;
  #hint = 0;

  /** @param words the bits; @param size how many integers, from 0 */
  constructor(
    words: Uint32Array,
    readonly size: number,
  ) {
    this.#words = words;
  }

  has(index: number): boolean {
    return (((this.#words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  set(index: number): void {
    this.#words[index >>> 5] = (this.#words[index >>> 5] ?? 0) | (1 << (index & 31));
  }

  clear(index: number): void {
    this.#words[index >>> 5] = (this.#words[index >>> 5] ?? 0) & ~(1 << (index & 31));
    if (index < this.#hint) this.#hint = index;
  }

  /** Takes the lowest free integer; undefined when all are taken. */
  take(): number | undefined {
    const words = Math.ceil(this.size / 32);
    for (let w = this.#hint >>> 5; w < words; w++) {
      const free = ~(this.#words[w] ?? 0);
      if (free === 0) continue;
      const index = w * 32 + (31 - Math.clz32(free & -free));
      if (index >= this.size) return undefined;
      this.set(index);
      this.#hint = index;
      return index;
    }
    return undefined;
  }

  /** Takes `count` neighbouring integers and returns the first; undefined when no such run is free. */
  takeRun(count: number): number | undefined {
    return this.#takeRunFrom(this.#hint, count) ?? this.#takeRunFrom(0, count);
  }

  #takeRunFrom(start: number, count: number): number | undefined {
    let run = 0;
    for (let i = start; i < this.size; i++) {
      run = this.has(i) ? 0 : run + 1;
      if (run < count) continue;
      const first = i - count + 1;
      for (let k = first; k <= i; k++) this.set(k);
      if (first === start) this.#hint = i + 1;
      return first;
    }
    return undefined;
  }

  /** How many are taken. */
  count(): number {
    let count = 0;
    for (const word of this.#words) for (let bits = word; bits !== 0; bits &= bits - 1) count++;
    return count;
  }

  /** Frees everything. */
  reset(): void {
    this.#words.fill(0);
    this.#hint = 0;
  }
}
