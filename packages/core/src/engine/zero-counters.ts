import type { CoreMaps } from "./core-maps.js";

function key(index: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(index);
  return buffer;
}

/** Sets the counters of new policies to zero: their indices may have belonged to others. */
export class ZeroCounters {
  /** Refusals by counter slot; slots that are free gain none while this commit lasts. */
  #refusals: Map<number, Buffer[]> | undefined;

  /** @param fresh nothing has run yet: all counters are zero */
  constructor(
    readonly maps: CoreMaps,
    readonly fresh: boolean,
  ) {}

  /**
   * @param policy index of the policy
   * @param stats first of its step counters; @param steps how many
   */
  zero(policy: number, stats: number, steps: number): void {
    if (this.fresh) {
      for (let slot = stats; slot < stats + steps; slot++) this.maps.verdicts.prepare(slot);
      return;
    }
    const hits = this.maps.get("emptcp_hits");
    hits.update(key(policy), Buffer.alloc(hits.transferSize));
    const counts = this.maps.get("emptcp_step_count");
    const zero = Buffer.alloc(counts.transferSize);
    const refusals = this.maps.get("emptcp_refusals");
    for (let slot = stats; slot < stats + steps; slot++) {
      counts.update(key(slot), zero);
      this.maps.verdicts.zero(slot);
      for (const stale of this.#refusalsOf(slot)) refusals.delete(stale);
    }
  }

  #refusalsOf(slot: number): readonly Buffer[] {
    if (!this.#refusals) {
      this.#refusals = new Map();
      for (const k of this.maps.get("emptcp_refusals").keys()) {
        const own = this.#refusals.get(k.readUInt32LE(0)) ?? [];
        own.push(Buffer.from(k));
        this.#refusals.set(k.readUInt32LE(0), own);
      }
    }
    return this.#refusals.get(slot) ?? [];
  }
}
