import { BpfMap } from "../libbpf/index.js";
import type { Allocator } from "./allocator.js";
import { RULE, type PacketHook } from "./layout.js";
import type { TableRecord } from "./manifest.js";
import { unpin, type PinDir } from "./pin-dir.js";
import { shapeKey, tableKeySize, type Shape } from "./shapes.js";

/** Rules a table holds unless its policy says otherwise. */
export const DEFAULT_CAPACITY = 65536;
const LITERAL_SIZE = 4;
const NO_PREALLOC = 1;

/** Tables of so many rules take their memory at once: half as much for each rule, and twice as fast to fill. */
const PREALLOCATE_FROM = 1 << 17;

/** The rule tables: one hash map for each shape of each policy set on each hook. */
export class Tables {
  readonly #open = new Map<number, BpfMap>();
  readonly #records: TableRecord[];

  constructor(
    readonly pins: PinDir,
    readonly allocator: Allocator,
    records: readonly TableRecord[],
  ) {
    this.#records = [...records];
  }

  get records(): readonly TableRecord[] {
    return this.#records;
  }

  /** Tables of one shape, in the order in which rules are put into them. */
  layers(set: string, hook: PacketHook, shape: Shape): TableRecord[] {
    const key = shapeKey(shape);
    return this.#records.filter((t) => t.set === set && t.hook === hook && shapeKey(t.shape) === key);
  }

  record(id: number): TableRecord {
    const record = this.#records.find((t) => t.id === id);
    if (!record) throw new TypeError(`no table has the id ${id}`);
    return record;
  }

  map(id: number): BpfMap {
    let map = this.#open.get(id);
    if (!map) {
      map = BpfMap.fromPin(this.pins.table(id));
      this.#open.set(id, map);
    }
    return map;
  }

  /** Creates a table; it takes part in matching from the next program set on. */
  create(set: string, hook: PacketHook, shape: Shape, capacity: number): TableRecord {
    const id = this.allocator.nextTable();
    const map = BpfMap.create({
      type: "hash",
      name: `emptcp_t${id}`.slice(0, 15),
      keySize: tableKeySize(shape),
      valueSize: shape.negative ? LITERAL_SIZE : RULE.size,
      maxEntries: capacity,
      flags: capacity >= PREALLOCATE_FROM ? 0 : NO_PREALLOC,
    });
    map.pin(this.pins.table(id));
    const record: TableRecord = { id, set, hook, shape, capacity };
    this.#open.set(id, map);
    this.#records.push(record);
    return record;
  }

  /** Leaves a table out of what comes next; its pin stays until it is removed. */
  forget(id: number): void {
    const index = this.#records.findIndex((t) => t.id === id);
    if (index >= 0) this.#records.splice(index, 1);
  }

  /** Removes a table's pin; its memory goes with the last program set that uses it. */
  remove(id: number): void {
    this.#open.get(id)?.close();
    this.#open.delete(id);
    unpin(this.pins.table(id));
    this.forget(id);
  }

  isEmpty(id: number): boolean {
    for (const _ of this.map(id).keys()) return false;
    return true;
  }

  close(): void {
    for (const map of this.#open.values()) map.close();
    this.#open.clear();
  }
}
