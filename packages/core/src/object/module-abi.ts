import { readElf } from "./elf.js";

/**
 * The ABI that an object was built for: the first word of `emptcp_module` in section `.emptcp`.
 *
 * @returns undefined when the object is no module's
 * @throws ObjectError when it is damaged
 */
export function moduleAbi(object: Uint8Array): number | undefined {
  const elf = readElf(object);
  const home = elf.section(".emptcp");
  const data = home && elf.data(home);
  const symbol = elf.symbols.find((s) => s.section === home?.index && s.name === "emptcp_module");
  if (!data || !symbol || symbol.value + 4 > data.length) return undefined;
  return data.readUInt32LE(symbol.value);
}
