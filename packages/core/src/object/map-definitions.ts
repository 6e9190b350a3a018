import type { Btf, Member } from "./btf.js";
import type { ElfFile } from "./elf.js";
import { damaged } from "./object-error.js";

/** A map as an object declares it in `.maps`; sizes in bytes, 0 where the loader must set them. */
export interface MapDefinition {
  readonly name: string;
  /** enum bpf_map_type. */
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** Types in the object's BTF; absent when only sizes are declared. */
  readonly keyType?: number;
  readonly valueType?: number;
}

/** All maps that an object declares or refers to. @throws ObjectError when a declaration is damaged */
export function mapDefinitions(btf: Btf): MapDefinition[] {
  const section = btf.named(".maps", "datasec");
  return (section?.variables ?? []).map(({ type }) => {
    const variable = btf.type(type);
    if (variable.kind !== "var") return damaged(`map ${type} is a ${variable.kind}, not a variable`);
    return definition(btf, variable.name, variable.type);
  });
}

function definition(btf: Btf, name: string, type: number): MapDefinition {
  const members = new Map<string, Member>(btf.members(type).map((m) => [m.name, m]));
  const number = (member: string): number | undefined => {
    const found = members.get(member);
    return found && arrayLength(btf, found, `${name}.${member}`);
  };
  const pointee = (member: string): number | undefined => {
    const found = members.get(member);
    if (!found) return undefined;
    const pointer = btf.resolve(found.type);
    return pointer.kind === "ptr" ? pointer.type : damaged(`map ${name}.${member} is no __type`);
  };
  const keyType = pointee("key");
  const valueType = pointee("value");
  return {
    name,
    type: number("type") ?? damaged(`map ${name} has no type`),
    keySize: number("key_size") ?? (keyType === undefined ? 0 : btf.size(keyType)),
    valueSize: number("value_size") ?? (valueType === undefined ? 0 : btf.size(valueType)),
    maxEntries: number("max_entries") ?? 0,
    flags: number("map_flags") ?? 0,
    ...(keyType === undefined ? {} : { keyType }),
    ...(valueType === undefined ? {} : { valueType }),
  };
}

/** `__uint(name, n)` is a pointer to an array of n elements. */
function arrayLength(btf: Btf, member: Member, what: string): number {
  const pointer = btf.resolve(member.type);
  const array = pointer.kind === "ptr" ? btf.resolve(pointer.type) : undefined;
  return array?.kind === "array" ? array.length : damaged(`map ${what} is no __uint`);
}

/** Contents and type of a variable in a section, e.g. the module declaration in `.emptcp`. */
export interface SectionVariable {
  readonly name: string;
  readonly type: number;
  readonly data: Buffer;
}

/** The one variable of a section; `undefined` when there is no such section. @throws ObjectError when there are more, or it is cut */
export function soleVariable(elf: ElfFile, btf: Btf, section: string): SectionVariable | undefined {
  const home = elf.section(section);
  const list = btf.named(section, "datasec");
  if (!home || !list) return undefined;
  const [only, ...more] = list.variables;
  if (!only || more.length > 0)
    return damaged(`section ${section} has ${list.variables.length} variables, not one`);
  const variable = btf.type(only.type);
  if (variable.kind !== "var") return damaged(`section ${section}: type ${only.type} is no variable`);
  const symbol = elf.symbols.find((s) => s.section === home.index && s.name === variable.name);
  const size = btf.size(variable.type);
  const at = symbol?.value ?? 0;
  const data = elf.data(home);
  if (!data || at + size > data.length)
    return damaged(`section ${section}: ${variable.name} of ${size} bytes does not fit`);
  return { name: variable.name, type: variable.type, data: data.subarray(at, at + size) };
}
