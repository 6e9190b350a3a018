import { Bytes } from "./bytes.js";
import { damaged } from "./object-error.js";

const HEADER_SIZE = 64;
const SECTION_SIZE = 64;
const SYMBOL_SIZE = 24;
const RELOCATION_SIZE = 16;
const EM_BPF = 247;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHT_REL = 9;
const MAX_SECTIONS = 4096;

/** Section of an ELF file; offsets and sizes in bytes. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entrySize: number;
}

export type SymbolBinding = "local" | "global" | "weak";

/** Symbol of an ELF file. `section` 0 means that it is defined elsewhere. */
export interface ElfSymbol {
  readonly index: number;
  readonly name: string;
  /** Offset in its section. */
  readonly value: number;
  readonly size: number;
  readonly binding: SymbolBinding;
  readonly type: "none" | "object" | "function" | "section" | "file" | "other";
  readonly hidden: boolean;
  readonly section: number;
}

/** A place in a section that refers to a symbol. */
export interface ElfRelocation {
  readonly offset: number;
  readonly symbol: number;
  readonly type: number;
}

const BINDINGS: readonly SymbolBinding[] = ["local", "global", "weak"];
const TYPES = ["none", "object", "function", "section", "file"] as const;

/** A BPF object file: 64-bit little-endian relocatable ELF. */
export class ElfFile {
  readonly #bytes: Bytes;
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];

  constructor(bytes: Uint8Array) {
    this.#bytes = new Bytes(bytes, "elf");
    checkIdentity(this.#bytes);
    this.sections = this.#readSections();
    this.symbols = this.#readSymbols();
  }

  /** The first section of this name. */
  section(name: string): ElfSection | undefined {
    return this.sections.find((s) => s.name === name);
  }

  /** Contents of a section (a view); `undefined` when there is none of this name. */
  data(section: string | ElfSection): Buffer | undefined {
    const found = typeof section === "string" ? this.section(section) : section;
    if (!found) return undefined;
    if (found.type === SHT_NOBITS) return Buffer.alloc(found.size);
    return this.#bytes.slice(found.offset, found.size);
  }

  /** Relocations that apply to a section. */
  relocations(target: ElfSection): ElfRelocation[] {
    const result: ElfRelocation[] = [];
    for (const section of this.sections) {
      if (section.type !== SHT_REL || section.info !== target.index) continue;
      const data = new Bytes(this.#bytes.slice(section.offset, section.size), section.name);
      for (let at = 0; at + RELOCATION_SIZE <= data.length; at += RELOCATION_SIZE) {
        result.push({ offset: data.size(at), type: data.u32(at + 8), symbol: data.u32(at + 12) });
      }
    }
    return result;
  }

  /** Symbols that other objects can see once linked: defined here, global or weak (hidden ones included). */
  globals(): ElfSymbol[] {
    return this.symbols.filter((s) => s.binding !== "local" && s.section !== 0 && s.name !== "");
  }

  /** Symbols that another object must define; weak ones may stay undefined. */
  undefinedSymbols(): ElfSymbol[] {
    return this.symbols.filter((s) => s.binding !== "local" && s.section === 0 && s.name !== "");
  }

  #readSections(): ElfSection[] {
    const b = this.#bytes;
    const start = b.size(40);
    const count = b.u16(60);
    const names = b.u16(62);
    if (b.u16(58) !== SECTION_SIZE) damaged(`elf: section header size is ${b.u16(58)}, not 64`);
    if (count === 0 || count > MAX_SECTIONS) damaged(`elf: ${count} sections`);
    if (names >= count) damaged(`elf: section names are in section ${names} of ${count}`);
    b.check(start, count * SECTION_SIZE);
    const nameHeader = start + names * SECTION_SIZE;
    const nameTable = new Bytes(b.slice(b.size(nameHeader + 24), b.size(nameHeader + 32)), "section names");
    return Array.from({ length: count }, (_, index) => {
      const at = start + index * SECTION_SIZE;
      const section: ElfSection = {
        index,
        name: index === 0 ? "" : nameTable.string(b.u32(at)),
        type: b.u32(at + 4),
        flags: b.u64(at + 8),
        offset: b.size(at + 24),
        size: b.size(at + 32),
        link: b.u32(at + 40),
        info: b.u32(at + 44),
        align: b.size(at + 48),
        entrySize: b.size(at + 56),
      };
      if (section.type === SHT_NOBITS) {
        if (section.size > 1 << 26) damaged(`section ${section.name}: ${section.size} bytes`);
      } else if (index > 0) b.check(section.offset, section.size);
      return section;
    });
  }

  #readSymbols(): ElfSymbol[] {
    const table = this.sections.find((s) => s.type === SHT_SYMTAB);
    if (!table) return [];
    const strings = this.sections[table.link];
    if (!strings) damaged(`elf: symbol names are in section ${table.link} of ${this.sections.length}`);
    const names = new Bytes(this.#bytes.slice(strings.offset, strings.size), "symbol names");
    const data = new Bytes(this.#bytes.slice(table.offset, table.size), "symbols");
    return Array.from({ length: Math.floor(data.length / SYMBOL_SIZE) }, (_, index) => {
      const at = index * SYMBOL_SIZE;
      const info = data.u8(at + 4);
      const nameOffset = data.u32(at);
      return {
        index,
        name: nameOffset === 0 ? "" : names.string(nameOffset),
        value: data.size(at + 8),
        size: data.size(at + 16),
        binding: BINDINGS[info >> 4] ?? damaged(`symbol ${index}: binding ${info >> 4}`),
        type: TYPES[info & 15] ?? "other",
        hidden: (data.u8(at + 5) & 3) === 2,
        section: data.u16(at + 6),
      };
    });
  }
}

function checkIdentity(b: Bytes): void {
  b.check(0, HEADER_SIZE);
  if (b.buffer.readUInt32BE(0) !== 0x7f454c46) damaged("not an ELF file");
  if (b.u8(4) !== 2) damaged("elf: not 64-bit");
  if (b.u8(5) !== 1) damaged("elf: not little-endian: only bpfel objects are read");
  if (b.u8(6) !== 1 || b.u32(20) !== 1) damaged(`elf: version ${b.u8(6)}/${b.u32(20)} is not 1`);
  if (b.u16(52) !== HEADER_SIZE) damaged(`elf: header size is ${b.u16(52)}, not 64`);
  if (b.u16(16) !== 1) damaged(`elf: type ${b.u16(16)} is not a relocatable object`);
  if (b.u16(18) !== EM_BPF) damaged(`elf: machine ${b.u16(18)} is not BPF (247)`);
}

/**
 * Reads an object file; nothing of it is trusted.
 *
 * @throws ObjectError when it is not a BPF object or is damaged
 */
export function readElf(bytes: Uint8Array): ElfFile {
  return new ElfFile(bytes);
}
