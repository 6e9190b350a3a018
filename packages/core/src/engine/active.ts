/**
 * The `active` cell: one 64-bit word that every root reads, so that storing it commits a generation for
 * all hooks, interfaces and namespaces at once.
 */
export interface ActiveState {
  /** Program set: 0..7. */
  readonly slot: number;
  /** Bank of the policy table: 0 or 1. */
  readonly bank: number;
  /** Every hook lets every packet pass. */
  readonly bypass: boolean;
  /** Number of the committed generation, 0 before the first. */
  readonly generation: number;
}

/** Packs the state into the cell's 64 bits: slot 0-7, bank 8-15, bypass 16, generation 32-63. */
export function encodeActive(state: ActiveState): bigint {
  return (
    BigInt(state.slot) |
    (BigInt(state.bank) << 8n) |
    (state.bypass ? 1n << 16n : 0n) |
    (BigInt(state.generation) << 32n)
  );
}

export function decodeActive(cell: bigint): ActiveState {
  return {
    slot: Number(cell & 0xffn),
    bank: Number((cell >> 8n) & 0xffn),
    bypass: ((cell >> 16n) & 1n) === 1n,
    generation: Number((cell >> 32n) & 0xffffffffn),
  };
}

/** The cell in memory shared with the kernel; loads and stores are atomic. */
export class ActiveCell {
  readonly #word: BigInt64Array;

  /** @param memory the mapped value of `emptcp_active`, at least 8 bytes */
  constructor(memory: ArrayBufferLike) {
    this.#word = new BigInt64Array(memory, 0, 1);
  }

  read(): ActiveState {
    return decodeActive(BigInt.asUintN(64, Atomics.load(this.#word, 0)));
  }

  /** Switches from `from` to `to` in one atomic write; false when another writer was faster. */
  compareAndSwap(from: ActiveState, to: ActiveState): boolean {
    const expected = BigInt.asIntN(64, encodeActive(from));
    return Atomics.compareExchange(this.#word, 0, expected, BigInt.asIntN(64, encodeActive(to))) === expected;
  }
}
