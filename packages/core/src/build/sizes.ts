import { readElf } from "../object/elf.js";
import { codeUse } from "../object/instructions.js";

/** How large an object is. */
export interface ObjectSize {
  /** Of the file. */
  readonly bytes: number;
  /** BPF instructions of all its programs and functions, before the kernel drops what is dead. */
  readonly instructions: number;
}

/** Sizes of an object. @throws ObjectError when it is no BPF object */
export function sizeOf(object: Uint8Array): ObjectSize {
  return { bytes: object.length, instructions: codeUse(readElf(object)).instructions };
}
