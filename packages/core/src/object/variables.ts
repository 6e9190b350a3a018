import { Btf } from "./btf.js";
import { readElf, type ElfFile } from "./elf.js";

/** A variable in a section; offset and size in bytes. */
export interface Variable {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** Id in the object's BTF. */
  readonly type: number;
}

/** BTF of an object. @throws ObjectError when it is damaged; `undefined` when the object was built without -g */
export function readBtf(object: Uint8Array | ElfFile): Btf | undefined {
  const elf = object instanceof Uint8Array ? readElf(object) : object;
  const section = elf.data(".BTF");
  return section && new Btf(section);
}

/** Variables of a section such as `.rodata`: types from BTF, offsets from the symbol table (clang leaves BTF's at 0). */
export function sectionVariables(elf: ElfFile, btf: Btf, section: string): Variable[] {
  const home = elf.section(section);
  const list = btf.named(section, "datasec");
  if (!home || !list) return [];
  const offsets = new Map(
    elf.symbols.filter((s) => s.section === home.index && s.type === "object").map((s) => [s.name, s.value]),
  );
  return list.variables.flatMap(({ type, size, offset }) => {
    const variable = btf.type(type);
    if (variable.kind !== "var") return [];
    const at = offsets.get(variable.name) ?? offset;
    return at + size <= home.size ? [{ name: variable.name, offset: at, size, type: variable.type }] : [];
  });
}
