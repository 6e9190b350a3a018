import { BpfLink, BpfMap, BpfProgram, isSystemError, linkIds, mapIds, programIds } from "@emptcp/core/libbpf";
import type { Part } from "../types.js";

/** Information about each object; those that vanish meanwhile are left out. */
function each<T>(ids: readonly number[], open: (id: number) => { info(): T } & Disposable): T[] {
  const read = (id: number): T[] => {
    try {
      using object = open(id);
      return [object.info()];
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return [];
      throw error;
    }
  };
  return ids.flatMap(read);
}

const ours = (name: string): boolean => name.startsWith("emptcp");

export const programs: Part = {
  name: "programs.json",
  about: "BPF programs that use a map of eMPTCP: name, type, size",
  collect: () => {
    const own = new Set(
      each(mapIds(), (id) => BpfMap.fromId(id)).flatMap((map) => (ours(map.name) ? map.id : [])),
    );
    return each(programIds(), (id) => BpfProgram.fromId(id)).filter((p) =>
      p.mapIds.some((id) => own.has(id)),
    );
  },
};

export const maps: Part = {
  name: "maps.json",
  about: "BPF maps that programs of eMPTCP use: name, type, sizes; never their contents",
  collect: () => {
    const all = each(mapIds(), (id) => BpfMap.fromId(id));
    const own = new Set(all.flatMap((map) => (ours(map.name) ? map.id : [])));
    const used = each(programIds(), (id) => BpfProgram.fromId(id))
      .filter((p) => p.mapIds.some((id) => own.has(id)))
      .flatMap((p) => p.mapIds);
    const wanted = new Set([...own, ...used]);
    return all.filter((map) => wanted.has(map.id));
  },
};

export const links: Part = {
  name: "links.json",
  about: "BPF links on interfaces: program, type, interface",
  collect: () => each(linkIds(), (id) => BpfLink.fromId(id)).filter((link) => link.ifindex > 0),
};
