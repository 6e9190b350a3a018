/** Map types by number (enum bpf_map_type of linux/bpf.h). */
export const MAP_TYPES = [
  "unspec",
  "hash",
  "array",
  "prog_array",
  "perf_event_array",
  "percpu_hash",
  "percpu_array",
  "stack_trace",
  "cgroup_array",
  "lru_hash",
  "lru_percpu_hash",
  "lpm_trie",
  "array_of_maps",
  "hash_of_maps",
  "devmap",
  "sockmap",
  "cpumap",
  "xskmap",
  "sockhash",
  "cgroup_storage_deprecated",
  "reuseport_sockarray",
  "percpu_cgroup_storage_deprecated",
  "queue",
  "stack",
  "sk_storage",
  "devmap_hash",
  "struct_ops",
  "ringbuf",
  "inode_storage",
  "task_storage",
  "bloom_filter",
  "user_ringbuf",
  "cgroup_storage",
  "arena",
] as const;

/** Name of a map type, e.g. `lru_hash`. */
export type MapTypeName = (typeof MAP_TYPES)[number];

/** Number of a map type. @throws RangeError when there is no such type */
export function mapTypeId(type: MapTypeName | number): number {
  const id = typeof type === "number" ? type : MAP_TYPES.indexOf(type);
  if (!Number.isInteger(id) || id <= 0 || id > 1000)
    throw new RangeError(`use map type: ${type} is not a map type`);
  return id;
}

/** Name of a map type; `type <n>` for types newer than this list. */
export function mapTypeName(id: number): string {
  return MAP_TYPES[id] ?? `type ${id}`;
}

export { isPerCpu } from "../object/map-kinds.js";

/** Types whose entries have keys; ring buffers, queues, stacks and filters have none. */
export function hasKeys(typeId: number): boolean {
  return ![22, 23, 27, 30, 31, 33].includes(typeId);
}

/** Types that hold descriptors of programs or maps: looking up gives ids. */
export function holdsObjects(typeId: number): boolean {
  return typeId === 3 || typeId === 12 || typeId === 13;
}

/** Types whose entries the batch commands of bpf(2) read; percpu_array since 5.13. */
export function hasBatch(typeId: number): boolean {
  return [1, 2, 5, 6, 9, 10, 11].includes(typeId);
}
