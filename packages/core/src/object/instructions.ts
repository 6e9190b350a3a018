import { Bytes } from "./bytes.js";
import type { ElfFile, ElfSection } from "./elf.js";
import { HELPERS } from "./helpers.js";
import { damaged } from "./object-error.js";

const SIZE = 8;
const SHF_EXECINSTR = 4n;
const CALL = 0x85;
const LOAD_IMM64 = 0x18;
const PSEUDO_CALL = 1;
const PSEUDO_KFUNC = 2;

/** One instruction (Documentation/bpf/standardization/instruction-set.rst of Linux). */
export interface Instruction {
  /** Bytes from the start of the section. */
  readonly offset: number;
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  readonly jump: number;
  readonly imm: number;
}

/** What the code of an object uses. */
export interface CodeUse {
  readonly instructions: number;
  /** Helper functions by name, sorted, e.g. "bpf_map_lookup_elem". */
  readonly helpers: readonly string[];
  /** Kernel functions (kfuncs) by name, sorted. */
  readonly kernelFunctions: readonly string[];
  /** Maps by name, sorted. */
  readonly maps: readonly string[];
  readonly tailCalls: number;
}

/** Instructions of a code section. @throws ObjectError when it is cut */
export function decodeInstructions(section: Uint8Array): Instruction[] {
  const b = new Bytes(section, "instructions");
  if (b.length % SIZE !== 0) damaged(`code of ${b.length} bytes is not whole instructions`);
  const result: Instruction[] = [];
  for (let at = 0; at < b.length; at += SIZE) {
    const opcode = b.u8(at);
    const registers = b.u8(at + 1);
    result.push({
      offset: at,
      opcode,
      dst: registers & 15,
      src: registers >> 4,
      jump: b.buffer.readInt16LE(at + 2),
      imm: b.s32(at + 4),
    });
    if (opcode === LOAD_IMM64) {
      at += SIZE; // its second half is no instruction
      b.check(at, SIZE);
    }
  }
  return result;
}

/** Name of a helper, "bpf_#<n>" when it is newer than the table. */
export function helperName(id: number): string {
  return `bpf_${HELPERS[id] ?? `#${id}`}`;
}

/** Code sections of an object that hold something. */
export function codeSections(elf: ElfFile): ElfSection[] {
  return elf.sections.filter((s) => s.type === 1 && (s.flags & SHF_EXECINSTR) !== 0n && s.size > 0);
}

/** What all programs and functions of an object use, as far as the code shows. @throws ObjectError */
export function codeUse(elf: ElfFile): CodeUse {
  const helpers = new Set<string>();
  const kernelFunctions = new Set<string>();
  const maps = new Set<string>();
  const mapSection = elf.section(".maps")?.index;
  let count = 0;
  let tailCalls = 0;
  for (const section of codeSections(elf)) {
    const symbols = new Map(
      elf
        .relocations(section)
        .map((r) => [r.offset, elf.symbols[r.symbol] ?? damaged(`relocation to symbol ${r.symbol}`)]),
    );
    for (const instruction of decodeInstructions(elf.data(section) ?? Buffer.alloc(0))) {
      count++;
      const symbol = symbols.get(instruction.offset);
      if (instruction.opcode === CALL && instruction.src === 0 && !symbol) {
        const name = helperName(instruction.imm);
        helpers.add(name);
        if (name === "bpf_tail_call") tailCalls++;
      } else if (
        instruction.opcode === CALL &&
        symbol?.section === 0 &&
        (instruction.src === PSEUDO_CALL || instruction.src === PSEUDO_KFUNC)
      ) {
        kernelFunctions.add(symbol.name);
      } else if (
        instruction.opcode === LOAD_IMM64 &&
        symbol &&
        mapSection !== undefined &&
        symbol.section === mapSection
      ) {
        maps.add(symbol.name);
      }
    }
  }
  const sorted = (set: Set<string>): string[] => [...set].sort();
  return {
    instructions: count,
    helpers: sorted(helpers),
    kernelFunctions: sorted(kernelFunctions),
    maps: sorted(maps),
    tailCalls,
  };
}
