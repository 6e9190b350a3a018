import { fail, problem, throwProblems, type Problem } from "../../errors.js";
import { BPF_ANY, BPF_EXIST, BPF_NOEXIST, possibleCpus, type BpfMap } from "../../libbpf/index.js";
import { isPerCpu, hasKeys } from "../../libbpf/map-types.js";
import { show } from "../../text.js";
import {
  decodeValue,
  encodeValue,
  type Value,
  type ValueProblem,
  type ValueType,
} from "../../values/index.js";
import { addValues, notAddable } from "./add-values.js";
import type { MapTypes } from "./map-types.js";

/** How a map is opened. */
export interface MapOpenOptions {
  /** Ask the kernel for a descriptor that can change the map; default: it refuses every change. */
  readonly writable?: boolean;
  /** Values of per-CPU maps: `each` CPU's in a list (default), or their `sum`, which takes numbers only. */
  readonly cpus?: "each" | "sum";
}

/** What a map is. Sizes in bytes. */
export interface TypedMapInfo extends MapTypes {
  readonly module: string;
  readonly name: string;
  /** Of the kernel, e.g. `lru_hash`. */
  readonly type: string;
  readonly id: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly perCpu: boolean;
  readonly writable: boolean;
}

/** When to store: only new keys, only those there, or both (default). */
export type SetWhen = "new" | "there" | "any";

/**
 * A map of a module with keys and values as JavaScript sees them. The caller closes it, or says `using`.
 *
 * Numbers wider than 48 bits are bigints, addresses and enumerators text, structs objects, unions and `__u8[]` buffers.
 */
export class TypedMap<K = Value, V = Value> implements Iterable<[K, V]> {
  readonly info: TypedMapInfo;
  /** The map itself, for what is not offered here; closed with this handle. */
  readonly raw: BpfMap;
  readonly #sum: boolean;

  constructor(
    raw: BpfMap,
    owner: { readonly module: string; readonly name: string },
    types: MapTypes,
    options: MapOpenOptions,
  ) {
    const { id, flags } = raw.info();
    this.raw = raw;
    this.info = {
      ...owner,
      ...types,
      ...{ type: raw.type, id, maxEntries: raw.maxEntries, flags },
      perCpu: isPerCpu(raw.typeId),
      writable: options.writable ?? false,
    };
    this.#sum = options.cpus === "sum" && this.info.perCpu;
    const unfit = this.#sum ? notAddable(types.value) : undefined;
    if (unfit !== undefined)
      this.#refuse("add up the CPUs' values", `${unfit} is no number`, 'leave out cpus: "sum"');
  }

  /**
   * The value of a key; undefined when it is not there.
   *
   * @throws ProblemsError (ERR_EMPTCP_MAP_VALUE) when the key does not fit its type
   */
  get(key: K): V | undefined {
    this.#requireKeys();
    const bytes = this.raw.lookup(this.#encode("key", this.info.key, key));
    return bytes && this.#decode(bytes);
  }

  /** All entries, read in batches; what is added or removed meanwhile may or may not appear, and nothing appears damaged. */
  *entries(): Generator<[key: K, value: V], void, undefined> {
    this.#requireKeys();
    for (const [key, value] of this.raw.entries())
      yield [decodeValue(this.info.key, key) as K, this.#decode(value)];
  }

  /** As `entries`, giving other work of the process its turn after every few thousand. */
  async *[Symbol.asyncIterator](): AsyncGenerator<[key: K, value: V], void, undefined> {
    let count = 0;
    for (const entry of this.entries()) {
      if (++count % 4096 === 0) await new Promise((resolve) => setImmediate(resolve));
      yield entry;
    }
  }

  [Symbol.iterator](): Generator<[key: K, value: V], void, undefined> {
    return this.entries();
  }

  /**
   * Stores a value; in per-CPU maps a list with one for each possible CPU.
   *
   * @throws ProblemsError (ERR_EMPTCP_MAP_VALUE) with everything that does not fit; ERR_EMPTCP_MAP_USE when the map
   * was not opened as writable; SystemError EEXIST, ENOENT, E2BIG
   */
  set(key: K, value: V, when: SetWhen = "any"): void {
    this.#requireWritable("change an entry");
    const flags = { any: BPF_ANY, new: BPF_NOEXIST, there: BPF_EXIST }[when];
    const keyBytes = this.#encode("key", this.info.key, key);
    this.raw.update(keyBytes, this.#encodeValue(value), flags);
  }

  /** Removes an entry; false when it was not there. @throws as `set` */
  delete(key: K): boolean {
    this.#requireWritable("delete an entry");
    return this.raw.delete(this.#encode("key", this.info.key, key));
  }

  close(): void {
    this.raw.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #decode(bytes: Buffer): V {
    const { value, perCpu } = this.info;
    if (!perCpu) return decodeValue(value, bytes) as V;
    const each = this.raw.splitPerCpu(bytes).map((slot) => decodeValue(value, slot));
    return (this.#sum ? addValues(value, each) : each) as V;
  }

  #encodeValue(value: V): Buffer {
    if (!this.info.perCpu) return this.#encode("value", this.info.value, value);
    if (this.#sum)
      this.#refuse("change an entry", "the sum belongs to no CPU", 'open it without cpus: "sum"');
    const size = Math.ceil(this.raw.valueSize / 8) * 8;
    const array: ValueType = {
      kind: "array",
      size: size * possibleCpus(),
      length: possibleCpus(),
      of: { ...this.info.value, size },
    };
    return this.#encode("value", array, value);
  }

  #encode(part: "key" | "value", type: ValueType, input: unknown): Buffer {
    const found: ValueProblem[] = [];
    const bytes = encodeValue(type, input, found);
    const { module, name: map } = this.info;
    const problems = found.map(({ path, expected, got, suggestion = "" }): Problem => {
      const values = { module, part, map, path: path || "it", expected, got: show(got), suggestion };
      return problem("ERR_EMPTCP_MAP_VALUE", path, values);
    });
    throwProblems(problems, "ERR_EMPTCP_MAP_VALUE");
    return bytes;
  }

  #requireKeys(): void {
    if (hasKeys(this.raw.typeId)) return;
    this.#refuse("read entries", `it is a ${this.info.type}, which has no keys`, "read it through `raw`");
  }

  #requireWritable(action: string): void {
    this.#requireKeys();
    if (!this.info.writable)
      this.#refuse(action, "it was opened for reading", "open it with { writable: true }");
  }

  #refuse(action: string, reason: string, hint: string): never {
    const { module, name } = this.info;
    return fail("ERR_EMPTCP_MAP_USE", { action: `${action} of map "${name}"`, module, reason, hint });
  }
}
