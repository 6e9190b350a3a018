import { mapDefinitions } from "../object/map-definitions.js";
import type { Btf } from "../object/btf.js";
import type { ManifestEvent } from "../module/types.js";
import { isPerCpu } from "../object/map-kinds.js";
import { typeScriptOf, valueTypeOf, type ValueType } from "../values/index.js";

const HEAD = `// Made by the build from the C source: what maps and events of this module look like in TypeScript.
//
//   import type { Types } from "…/types";
//   engine.module<Types>("…").map("…")

`;

function member(name: string, type: ValueType): string {
  return `  readonly ${name}: ${typeScriptOf(type, "  ")};\n`;
}

/**
 * Text of `dist/types.d.ts`: interfaces `Maps` (also by names without the module's prefix), `Events`, and both as `Types`.
 *
 * @param symbol the module's name in C
 */
export function typesFile(
  btf: Btf,
  symbol: string,
  maps: readonly { readonly name: string }[],
  events: readonly ManifestEvent[],
): string {
  const definitions = mapDefinitions(btf).filter(({ name }) => maps.some((m) => m.name === name));
  const mapTexts = definitions.map(({ name, type, keyType, valueType, keySize, valueSize }) => {
    const typeOf = (id: number | undefined, size: number): string =>
      typeScriptOf(id === undefined ? { kind: "raw", size, c: "void" } : valueTypeOf(btf, id), "    ");
    const value = typeOf(valueType, valueSize);
    const values = isPerCpu(type) ? `readonly (${value})[]` : value;
    const short = name.startsWith(`${symbol}_`) ? name.slice(symbol.length + 1) : "";
    const alias = short === "" ? "" : `  readonly ${short}: Maps["${name}"];\n`;
    return `${alias}  readonly ${name}: {\n    readonly key: ${typeOf(keyType, keySize)};\n    readonly value: ${values};\n  };\n`;
  });
  const eventTexts = events.map(({ name, size, fields }) =>
    member(name, { kind: "struct", name, size, fields }),
  );
  const block = (name: string, members: readonly string[]): string =>
    `export interface ${name} {${members.length === 0 ? "" : `\n${members.join("")}`}}\n\n`;
  return (
    HEAD +
    block("Maps", mapTexts) +
    block("Events", eventTexts) +
    "export interface Types {\n  readonly maps: Maps;\n  readonly events: Events;\n}\n"
  );
}
