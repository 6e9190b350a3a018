import { readKernelBtf, type BpfMap } from "../../libbpf/index.js";
import { Btf, mapDefinitions, readBtf } from "../../object/index.js";
import { valueTypeOf, type ValueType } from "../../values/index.js";

/** Types of a map's keys and values. */
export interface MapTypes {
  readonly key: ValueType;
  readonly value: ValueType;
}

/**
 * Types of an open map: as the kernel keeps them, else as an object declares them, else plain bytes.
 *
 * @param object reads the object file that declares the map; may return undefined when it is not there any more
 */
export function typesOf(map: BpfMap, name: string, object: () => Uint8Array | undefined): MapTypes {
  return fromKernel(map) ?? fromObject(map, name, object()) ?? plain(map);
}

function plain({ keySize, valueSize }: BpfMap): MapTypes {
  return {
    key: { kind: "raw", size: keySize, c: "void" },
    value: { kind: "raw", size: valueSize, c: "void" },
  };
}

function fromKernel(map: BpfMap): MapTypes | undefined {
  const { btfId, btfKeyTypeId, btfValueTypeId } = map.info();
  if (btfId === 0 || btfValueTypeId === 0) return undefined;
  return described(map, new Btf(readKernelBtf(btfId)), btfKeyTypeId, btfValueTypeId);
}

function fromObject(map: BpfMap, name: string, bytes: Uint8Array | undefined): MapTypes | undefined {
  const btf = bytes && readBtf(bytes);
  const declared = btf && mapDefinitions(btf).find((m) => m.name === name);
  return btf && declared && described(map, btf, declared.keyType, declared.valueType);
}

/** What is declared by size only, or has another size than the map, stays plain. */
function described(map: BpfMap, btf: Btf, key: number | undefined, value: number | undefined): MapTypes {
  const either = plain(map);
  const typed = (id: number | undefined, fallback: ValueType): ValueType => {
    if (id === undefined || id === 0) return fallback;
    const type = valueTypeOf(btf, id);
    return type.size === fallback.size ? type : fallback;
  };
  return { key: typed(key, either.key), value: typed(value, either.value) };
}
