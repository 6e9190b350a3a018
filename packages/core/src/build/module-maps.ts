import type { Btf } from "../object/btf.js";
import type { ModuleDefinition } from "../module/define.js";
import type { ManifestMap } from "../module/types.js";

const TYPES: Readonly<Record<number, string>> = {
  1: "hash",
  2: "array",
  3: "prog_array",
  5: "percpu_hash",
  6: "percpu_array",
  9: "lru_hash",
  10: "lru_percpu_hash",
  11: "lpm_trie",
  14: "devmap",
  16: "cpumap",
  22: "queue",
  23: "stack",
  24: "sk_storage",
  25: "devmap_hash",
  27: "ringbuf",
};

/** A number that a map definition carries as the length of an array behind a pointer. */
function numberOf(btf: Btf, type: number): number | undefined {
  const pointer = btf.resolve(type);
  if (pointer.kind !== "ptr") return undefined;
  const array = btf.resolve(pointer.type);
  return array.kind === "array" ? array.length : undefined;
}

/** Bytes of the type that a map definition's member points to. */
function pointedSize(btf: Btf, type: number): number | undefined {
  const pointer = btf.resolve(type);
  return pointer.kind === "ptr" ? btf.size(pointer.type) : undefined;
}

/** The maps that the author defined, those of the SDK left out. */
export function mapsOf(btf: Btf, definition: Pick<ModuleDefinition, "maps">): ManifestMap[] {
  const section = btf.named(".maps", "datasec");
  return (section?.variables ?? []).flatMap(({ type }): ManifestMap[] => {
    const variable = btf.type(type);
    if (variable.kind !== "var" || variable.name.startsWith("emptcp_")) return [];
    const members = new Map(btf.members(variable.type).map((m) => [m.name, m.type]));
    const number = (name: string): number | undefined => {
      const member = members.get(name);
      return member === undefined ? undefined : numberOf(btf, member);
    };
    const size = (name: string): number => {
      const member = members.get(name);
      return number(`${name}_size`) ?? (member === undefined ? 0 : (pointedSize(btf, member) ?? 0));
    };
    const kind = number("type") ?? 0;
    return [
      {
        name: variable.name,
        type: TYPES[kind] ?? String(kind),
        keySize: size("key"),
        valueSize: size("value"),
        maxEntries: number("max_entries") ?? 1,
        flags: number("map_flags") ?? 0,
        scope: definition.maps?.[variable.name]?.scope ?? "module",
        shared: definition.maps?.[variable.name]?.shared ?? false,
      },
    ];
  });
}
