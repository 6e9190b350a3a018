import { Bytes } from "./bytes.js";
import { btfLayout, eachType } from "./btf-parse.js";
import { readElf, type ElfFile, type ElfSection } from "./elf.js";
import { ObjectError } from "./object-error.js";

const SECTION_SIZE = 64;
const SYMBOL_SIZE = 24;
const BTF_FUNC = 12;
const BTF_VAR = 14;
const NAME = /^[A-Za-z_]\w{0,126}$/;

/** Strings added behind an existing table; old offsets stay what they were. */
class StringTable {
  readonly #old: Buffer;
  readonly #added: Buffer[] = [];
  readonly #offsets = new Map<string, number>();
  #size: number;

  constructor(old: Buffer) {
    this.#old = old;
    this.#size = old.length;
  }

  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#size;
    const bytes = Buffer.from(`${text}\0`, "latin1");
    this.#added.push(bytes);
    this.#size += bytes.length;
    this.#offsets.set(text, offset);
    return offset;
  }

  bytes(): Buffer {
    return Buffer.concat([this.#old, ...this.#added]);
  }
}

/**
 * Gives symbols new names, in the symbol table and in BTF together (llvm-objcopy does only the first, and
 * such objects cannot be loaded). References follow, since they go by number.
 *
 * @param bytes a BPF object; left as it is
 * @param names new name by old name: functions, maps and variables, defined or not
 * @throws ObjectError when a name is not there, is not a C name, or is taken already
 */
export function renameSymbols(bytes: Uint8Array, names: ReadonlyMap<string, string>): Buffer {
  const elf = readElf(bytes);
  checkNames(elf, names);
  if (names.size === 0) return Buffer.from(bytes);
  const output = Buffer.from(bytes);
  const appended: { section: ElfSection; data: Buffer }[] = [];

  const table = elf.sections.find((s) => s.type === 2);
  const strings = table && elf.sections[table.link];
  if (!table || !strings) throw new ObjectError("rename symbols: the object has no symbol table");
  const symbolNames = new StringTable(elf.data(strings) ?? Buffer.alloc(0));
  for (const symbol of elf.symbols) {
    const name = symbol.type === "section" || symbol.type === "file" ? undefined : names.get(symbol.name);
    if (name !== undefined)
      output.writeUInt32LE(symbolNames.add(name), table.offset + symbol.index * SYMBOL_SIZE);
  }
  appended.push({ section: strings, data: symbolNames.bytes() });

  const btf = elf.section(".BTF");
  if (btf) appended.push({ section: btf, data: renameBtf(elf.data(btf) ?? Buffer.alloc(0), names) });
  return moveToEnd(output, appended);
}

function checkNames(elf: ElfFile, names: ReadonlyMap<string, string>): void {
  const taken = new Set(elf.symbols.filter((s) => s.type !== "section").map((s) => s.name));
  const fresh = new Set<string>();
  for (const [from, to] of names) {
    if (!NAME.test(to))
      throw new ObjectError(`rename symbol ${from}: "${to}" is not a name (letters, digits, _; 127 at most)`);
    if (!taken.has(from)) throw new ObjectError(`rename symbol ${from}: the object has no such symbol`);
    if (fresh.has(to) || (taken.has(to) && !names.has(to))) {
      throw new ObjectError(`rename symbol ${from}: ${to} is taken already`);
    }
    fresh.add(to);
  }
}

/** A .BTF section with other names for functions and variables; strings grow at its end. */
function renameBtf(section: Buffer, names: ReadonlyMap<string, string>): Buffer {
  const b = new Bytes(section, "btf");
  const layout = btfLayout(b);
  const old = b.slice(layout.stringOffset, layout.stringSize);
  const oldNames = new Bytes(old, "btf strings");
  const strings = new StringTable(old);
  const head = Buffer.from(b.slice(0, layout.typeOffset + layout.typeSize));
  eachType(b, layout, (_, kind, at) => {
    if (kind !== BTF_FUNC && kind !== BTF_VAR) return;
    const offset = b.u32(at);
    const name = offset === 0 ? undefined : names.get(oldNames.string(offset));
    if (name !== undefined) head.writeUInt32LE(strings.add(name), at);
  });
  const data = strings.bytes();
  head.writeUInt32LE(head.length - layout.headerSize, 16);
  head.writeUInt32LE(data.length, 20);
  return Buffer.concat([head, data]);
}

/** Puts new contents of sections behind the file and points their headers there. */
function moveToEnd(file: Buffer, sections: readonly { section: ElfSection; data: Buffer }[]): Buffer {
  const headers = Number(file.readBigUInt64LE(40));
  const parts: Buffer[] = [file];
  let end = file.length;
  for (const { section, data } of sections) {
    const padding = (8 - (end % 8)) % 8;
    const header = headers + section.index * SECTION_SIZE;
    file.writeBigUInt64LE(BigInt(end + padding), header + 24);
    file.writeBigUInt64LE(BigInt(data.length), header + 32);
    parts.push(Buffer.alloc(padding), data);
    end += padding + data.length;
  }
  return Buffer.concat(parts);
}
