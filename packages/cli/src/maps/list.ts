import type { Engine, TypedMapInfo, ValueType } from "@emptcp/core";
import { printJson } from "../json.js";
import { printTable } from "../table.js";

/** A type in a few words: `{src dst sport dport}`, `u64`, `ip`. */
function brief(type: ValueType): string {
  switch (type.kind) {
    case "uint":
    case "int":
      return `${type.kind === "int" ? "s" : "u"}${type.bits ?? type.size * 8}`;
    case "struct":
      return `{${type.fields.map((f) => f.name).join(" ")}}`;
    case "array":
      return `${brief(type.of)}[${type.length}]`;
    case "raw":
    case "text":
      return `${type.kind === "raw" ? "bytes" : "text"}[${type.size}]`;
    default:
      return type.kind;
  }
}

/** Prints what maps a module has, or all modules that run. */
export function listMaps(engine: Engine, module: string | undefined, json: boolean): void {
  const names = module === undefined ? engine.current().modules.map((m) => m.package) : [module];
  const infos = names.flatMap((name) => {
    const handle = engine.module(name);
    return handle.maps().map((map): TypedMapInfo => {
      using open = handle.map(map);
      return open.info;
    });
  });
  if (json) return printJson({ maps: infos });
  const rows = infos.map((i) => [i.module, i.name, i.type, `${i.maxEntries}`, brief(i.key), brief(i.value)]);
  printTable(["MODULE", "MAP", "TYPE", "HOLDS", "KEY", "VALUE"], rows);
}
