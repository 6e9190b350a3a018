import { statSync } from "node:fs";
import { BpfMap } from "../libbpf/index.js";
import { LIMITS, VERDICTS } from "./layout.js";
import { unpin, type PinDir } from "./pin-dir.js";

export type Verdicts = Record<(typeof VERDICTS)[number], bigint>;

const VALUE_SIZE = 8 * VERDICTS.length;

function key(index: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(index);
  return buffer;
}

/** A new chunk of counters, all zero; also the pattern that the map of chunks is created with. */
export function newVerdictChunk(): BpfMap {
  return BpfMap.create({
    type: "percpu_array",
    name: "emptcp_verdict",
    keySize: 4,
    valueSize: VALUE_SIZE,
    maxEntries: LIMITS.verdictChunk,
    flags: 0,
  });
}

/** Counters of how steps ended chains, in chunks that exist where a policy uses one of their slots. */
export class VerdictCounters {
  readonly #chunks = new Map<number, BpfMap>();

  /**
   * @param outer `emptcp_verdicts`; stays with its owner
   * @param pins where chunks are pinned, too: opening a map by its id takes CAP_SYS_ADMIN
   */
  constructor(
    readonly outer: BpfMap,
    readonly pins: PinDir,
  ) {}

  /** Sets the counters of a slot to zero and makes them be there. */
  zero(slot: number): void {
    const chunk = this.#chunk(slot);
    if (chunk) chunk.update(key(slot % LIMITS.verdictChunk), Buffer.alloc(chunk.transferSize));
    else this.#create(slot);
  }

  /** Makes the counters of a slot be there; new ones are zero. */
  prepare(slot: number): void {
    if (!this.#chunk(slot)) this.#create(slot);
  }

  #create(slot: number): void {
    using created = newVerdictChunk();
    const value = Buffer.alloc(4);
    value.writeUInt32LE(created.fd);
    const index = Math.floor(slot / LIMITS.verdictChunk);
    this.outer.update(key(index), value);
    unpin(this.#path(index)); // of a process that died before it had made the map of chunks
    created.pin(this.#path(index));
  }

  /** Sums over all CPUs. */
  read(slot: number): Verdicts {
    const values = this.#chunk(slot)?.lookupPerCpu(key(slot % LIMITS.verdictChunk)) ?? [];
    const sum = (i: number): bigint => values.reduce((total, v) => total + v.readBigUInt64LE(8 * i), 0n);
    return Object.fromEntries(VERDICTS.map((name, i) => [name, sum(i)])) as Verdicts;
  }

  #chunk(slot: number): BpfMap | undefined {
    const index = Math.floor(slot / LIMITS.verdictChunk);
    const known = this.#chunks.get(index);
    if (known) return known;
    const id = this.outer.lookup(key(index))?.readUInt32LE();
    const path = this.#path(index);
    if (id === undefined || !statSync(path, { throwIfNoEntry: false })) return undefined;
    const chunk = BpfMap.fromPin(path);
    if (chunk.info().id !== id) {
      chunk.close();
      return undefined;
    }
    this.#chunks.set(index, chunk);
    return chunk;
  }

  #path(index: number): string {
    return this.pins.map(`emptcp_verdict_${index}`);
  }

  close(): void {
    for (const chunk of this.#chunks.values()) chunk.close();
    this.#chunks.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
