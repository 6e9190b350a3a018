export { ObjectError } from "./object-error.js";
export {
  ElfFile,
  readElf,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  type SymbolBinding,
} from "./elf.js";
export { Btf, type Member } from "./btf.js";
export type * from "./btf-types.js";
export { readBtf, sectionVariables, type Variable } from "./variables.js";
export { mapDefinitions, soleVariable, type MapDefinition, type SectionVariable } from "./map-definitions.js";
export { renameSymbols } from "./rename.js";
export { checkForLinking } from "./validate.js";
export { compareMaps, compareTypes, type TypedMap } from "./compare.js";
export {
  codeSections,
  codeUse,
  decodeInstructions,
  helperName,
  type CodeUse,
  type Instruction,
} from "./instructions.js";
