import type { ValueType } from "./types.js";

/** The TypeScript type of what `decodeValue` gives, on one line or indented by `indent`. */
export function typeScriptOf(type: ValueType, indent = ""): string {
  switch (type.kind) {
    case "uint":
    case "int":
      return (type.bits ?? 8 * type.size) <= 48 ? "number" : "bigint";
    case "bool":
      return "boolean";
    case "enum": {
      const names = type.names.map(([name]) => JSON.stringify(name));
      return [...names, type.size === 8 ? "bigint" : "number"].join(" | ");
    }
    case "text":
    case "ip":
    case "mac":
      return "string";
    case "raw":
      return "Uint8Array";
    case "array":
      return `readonly (${typeScriptOf(type.of, indent)})[]`;
    case "struct": {
      const inner = `${indent}  `;
      const fields = type.fields.map((f) => `${inner}readonly ${f.name}: ${typeScriptOf(f.type, inner)};\n`);
      return fields.length === 0 ? "Readonly<Record<never, never>>" : `{\n${fields.join("")}${indent}}`;
    }
  }
}
