import { readKernelBtf, type BpfMap } from "../libbpf/index.js";
import { Btf, compareMaps, mapDefinitions, readBtf, type TypedMap } from "../object/index.js";

/** A map in the kernel with the types it was made with, where it has any. */
function pinned(map: BpfMap): TypedMap {
  const info = map.info();
  const definition = {
    name: info.name,
    type: info.typeId,
    keySize: info.keySize,
    valueSize: info.valueSize,
    maxEntries: info.maxEntries,
    flags: info.flags,
  };
  if (info.btfId === 0) return { map: definition };
  return {
    map: { ...definition, keyType: info.btfKeyTypeId, valueType: info.btfValueTypeId },
    btf: new Btf(readKernelBtf(info.btfId)),
  };
}

/**
 * Compares a pinned map with what an object declares under that name: type, sizes, flags, and the members of
 * key and value (`bpf_map__reuse_fd` compares nothing).
 *
 * @returns every difference, empty when the object can use the map
 */
export function compareWithPinned(map: BpfMap, object: Uint8Array, name: string): string[] {
  const btf = readBtf(object);
  const declared = btf && mapDefinitions(btf).find((m) => m.name === name);
  if (!btf || !declared) return [`${name}: the object declares no such map`];
  return compareMaps(pinned(map), { map: declared, btf });
}
