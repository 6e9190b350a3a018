import type { Btf } from "./btf.js";
import type { BtfType } from "./btf-types.js";
import { decodeInstructions, codeSections } from "./instructions.js";
import type { ElfFile, ElfSection } from "./elf.js";
import { damaged } from "./object-error.js";
import { readBtf } from "./variables.js";

const NULL = 0;
const PROGBITS = 1;
const SYMTAB = 2;
const STRTAB = 3;
const NOBITS = 8;
const REL = 9;
const LLVM_ADDRSIG = 0x6fff4c03;
const ABS = 0xfff1;
/** Write, alloc, code, merge, strings, info, exclude; a compressed section in particular is not read. */
const KNOWN_FLAGS = 0x8000_0077n;
const ENTRY_SIZES: Readonly<Record<number, number>> = { [SYMTAB]: 24, [REL]: 16 };

/**
 * Checks all that libbpf's linker follows without looking (it crashes on damaged objects): every number that
 * refers to a section, symbol, string, type or place has to refer to one that exists.
 *
 * @throws ObjectError with the first thing that is wrong
 */
export function checkForLinking(elf: ElfFile): void {
  for (const section of elf.sections) checkSection(elf, section);
  if (elf.sections.filter((s) => s.type === SYMTAB).length !== 1)
    damaged("object has no symbol table, or several");
  if (new Set(elf.sections.map((s) => s.name)).size !== elf.sections.length && hasTwins(elf))
    damaged("two sections have the same name");
  checkSymbols(elf);
  for (const section of elf.sections) if (section.type === REL) checkRelocations(elf, section);
  for (const section of codeSections(elf)) decodeInstructions(elf.data(section) ?? Buffer.alloc(0));
  const btf = readBtf(elf);
  if (!btf) damaged("object has no BTF: compile with -g");
  checkBtf(elf, btf);
}

/** Sections that programs and data live in must have names of their own. */
function hasTwins(elf: ElfFile): boolean {
  const names = elf.sections.filter((s) => s.type !== NULL && s.type !== REL).map((s) => s.name);
  return new Set(names).size !== names.length;
}

function checkSection(elf: ElfFile, section: ElfSection): void {
  const { index, name, type, link, align, size } = section;
  const what = `section ${index} (${name})`;
  if (index === 0) return type === NULL ? undefined : damaged(`${what}: type ${type}`);
  if (![PROGBITS, SYMTAB, STRTAB, NOBITS, REL, LLVM_ADDRSIG].includes(type))
    damaged(`${what}: type ${type} is unknown`);
  if ((section.flags & ~KNOWN_FLAGS) !== 0n) damaged(`${what}: flags 0x${section.flags.toString(16)}`);
  if (name === "") damaged(`${what}: no name`);
  if (align > 4096 || (align & (align - 1)) !== 0) damaged(`${what}: alignment ${align}`);
  if (align > 1 && section.offset % align !== 0)
    damaged(`${what}: offset ${section.offset} is not aligned to ${align}`);
  const entry = ENTRY_SIZES[type];
  if (entry !== undefined && (size % entry !== 0 || section.entrySize !== entry))
    damaged(`${what}: entries of ${section.entrySize} bytes`);
  if ((type === SYMTAB || type === REL) && elf.sections[link]?.type !== (type === REL ? SYMTAB : STRTAB))
    damaged(`${what}: link ${link}`);
  if (type === STRTAB && size > 0 && elf.data(section)?.at(-1) !== 0)
    damaged(`${what}: last string has no end`);
}

function checkSymbols(elf: ElfFile): void {
  for (const symbol of elf.symbols) {
    const what = `symbol ${symbol.index} (${symbol.name})`;
    if (symbol.section === 0 || symbol.section === ABS) continue;
    const home = elf.sections[symbol.section];
    if (!home || home.type === NULL) return damaged(`${what}: section ${symbol.section}`);
    if (symbol.value + symbol.size > home.size) damaged(`${what}: ends behind ${home.name}`);
    if (symbol.type === "other") damaged(`${what}: unknown type`);
  }
}

function checkRelocations(elf: ElfFile, section: ElfSection): void {
  const target = elf.sections[section.info];
  if (!target || target.type === NULL || target.type === REL)
    return damaged(`${section.name}: target ${section.info}`);
  for (const { offset, symbol, type } of elf.relocations(target)) {
    if (symbol === 0 || symbol >= elf.symbols.length) damaged(`${section.name}: symbol ${symbol}`);
    if (![1, 2, 3, 4, 10].includes(type)) damaged(`${section.name}: relocation type ${type}`);
    if (offset + (type === 1 ? 16 : type === 2 ? 8 : 4) > target.size)
      damaged(`${section.name}: offset ${offset}`);
    if ((type === 1 || type === 10) && codeSections(elf).includes(target) && offset % 8 !== 0)
      damaged(`${section.name}: offset ${offset}`);
  }
}

/** Ids that a type refers to. */
function references(type: BtfType): number[] {
  switch (type.kind) {
    case "array":
      return [type.type, type.indexType];
    case "struct":
    case "union":
      return type.members.map((m) => m.type);
    case "func_proto":
      return [type.type, ...type.params.map((p) => p.type)];
    case "datasec":
      return type.variables.map((v) => v.type);
    default:
      return "type" in type ? [type.type] : [];
  }
}

function checkBtf(elf: ElfFile, btf: Btf): void {
  for (const type of btf.types) for (const id of references(type)) btf.type(id);
  for (const func of btf.all("func")) {
    if (btf.type(func.type).kind !== "func_proto") damaged(`btf: function ${func.name} has no prototype`);
  }
  for (const section of btf.all("datasec")) {
    const home = elf.section(section.name);
    if (!home && ![".kconfig", ".ksyms"].includes(section.name))
      damaged(`btf: section ${section.name} does not exist`);
    for (const { type, offset, size } of section.variables) {
      const variable = btf.type(type);
      if (variable.kind !== "var" && variable.kind !== "func")
        damaged(`btf: ${section.name} holds a ${variable.kind}`);
      if (variable.kind === "var" && home && offset + size > home.size)
        damaged(`btf: ${variable.name} ends behind ${section.name}`);
      if (variable.kind === "var") btf.resolve(variable.type);
    }
  }
}
