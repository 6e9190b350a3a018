import { fail } from "../errors.js";
import type { Btf } from "../object/btf.js";
import { readElf, type ElfFile } from "../object/elf.js";
import { readBtf, sectionVariables } from "../object/variables.js";
import type { ModuleKind } from "../module/types.js";

/** A struct of the module as C laid it out. */
export interface Layout {
  readonly size: number;
  readonly members: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

/** What an object says about its module in section .emptcp. */
export interface ObjectDescription {
  readonly elf: ElfFile;
  readonly btf: Btf;
  readonly abi: number;
  readonly kind: ModuleKind | "sock-actor";
  readonly params?: Layout;
  readonly key?: Layout;
  readonly key6?: Layout;
}

const KINDS: Readonly<Record<number, ObjectDescription["kind"]>> = {
  1: "actor",
  2: "selector",
  3: "sock-actor",
};

/** Layout of a struct type. */
export function layoutOf(btf: Btf, type: number): Layout {
  return {
    size: btf.size(type),
    members: btf.members(type).map(({ name, offset, size }) => ({ name, offset, size })),
  };
}

/**
 * Reads the module's own description.
 *
 * @throws ERR_EMPTCP_BUILD when the source defines no actor or selector
 */
export function describeObject(bytes: Uint8Array, name: string): ObjectDescription {
  const elf = readElf(bytes);
  const btf = readBtf(elf);
  const none = "the source defines no EMPTCP_ACTOR or EMPTCP_SELECTOR";
  if (!btf) return fail("ERR_EMPTCP_BUILD", { package: name, reason: "the object has no BTF" });
  const variable = sectionVariables(elf, btf, ".emptcp").find((v) => v.name === "emptcp_module");
  const data = elf.data(".emptcp");
  if (!variable || !data) return fail("ERR_EMPTCP_BUILD", { package: name, reason: none });
  const kind = KINDS[data.readUInt32LE(variable.offset + 4)];
  if (!kind) return fail("ERR_EMPTCP_BUILD", { package: name, reason: none });
  const members = btf.members(variable.type);
  const struct = (member: string): Layout | undefined => {
    const found = members.find((m) => m.name === member);
    return found && layoutOf(btf, found.type);
  };
  const layouts = Object.fromEntries(
    (["params", "key", "key6"] as const).flatMap((m) => {
      const layout = struct(m);
      return layout ? [[m, layout]] : [];
    }),
  );
  return { elf, btf, abi: data.readUInt32LE(variable.offset), kind, ...layouts };
}
