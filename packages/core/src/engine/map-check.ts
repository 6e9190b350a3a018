import type { BpfMap, BpfObject } from "../libbpf/index.js";

/**
 * Compares a pinned map with what an object declares under that name (`bpf_map__reuse_fd` compares nothing).
 *
 * @returns every difference, empty when the object can use the map
 */
export function compareMapWithObject(map: BpfMap, object: BpfObject, name: string): string[] {
  const pinned = map.info();
  const declared = object.map(name);
  const differences: string[] = [];
  const compare = (what: string, before: number, after: number): void => {
    if (before !== after) differences.push(`${what}: ${before} changed to ${after}`);
  };
  compare("type", pinned.typeId, declared.typeId);
  compare("key size", pinned.keySize, declared.keySize);
  compare("value size", pinned.valueSize, declared.valueSize);
  compare("max entries", pinned.maxEntries, declared.maxEntries);
  compare("flags", pinned.flags, declared.flags);
  return differences;
}
