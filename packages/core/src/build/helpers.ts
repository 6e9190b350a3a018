import { readFileSync } from "node:fs";
import type { ElfFile } from "../object/elf.js";

const INSTRUCTION = 8;
const CALL = 0x85;
const LOAD_64 = 0x18;
const EXECUTABLE = 4n;

let names: readonly string[] | undefined;

/** Names of helpers by number, from the kernel's UAPI header. */
function helperNames(): readonly string[] {
  if (!names) {
    const text = readFileSync("/usr/include/linux/bpf.h", "utf8");
    const mapper = text.slice(text.indexOf("BPF_FUNC_MAPPER(FN"));
    names = [...mapper.matchAll(/FN\((\w+)[,)]/g)].map((found) => `bpf_${found[1] ?? ""}`);
  }
  return names;
}

/** Section names of programs that are core's own instruments around a body (probe.bpf.h). */
const PROBED = "?";
/** Names of functions that only those call. */
const INSTRUMENT = /^emptcp_trace_/;

/** Helpers that the programs of an object call, probes excepted, sorted by name. */
export function helpersOf(elf: ElfFile): string[] {
  const found = new Set<string>();
  for (const section of elf.sections) {
    if ((section.flags & EXECUTABLE) === 0n || section.name.startsWith(PROBED)) continue;
    const code = elf.data(section);
    if (!code) continue;
    const own = elf.symbols.filter((f) => f.section === section.index && INSTRUMENT.test(f.name));
    for (let at = 0; at + INSTRUCTION <= code.length; at += INSTRUCTION) {
      const opcode = code[at];
      const source = (code[at + 1] ?? 0) >> 4;
      const id = code.readInt32LE(at + 4);
      if (own.some((f) => at >= f.value && at < f.value + f.size)) continue;
      if (opcode === LOAD_64) at += INSTRUCTION;
      else if (opcode === CALL && source === 0) found.add(helperNames()[id] ?? `helper ${id}`);
    }
  }
  return [...found].sort();
}
