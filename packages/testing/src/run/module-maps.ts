import { join } from "node:path";
import { BpfMap } from "@emptcp/core/libbpf";
import type { InitialState } from "./types.js";

/** Writes the first contents of module maps. @throws when a map is not there or a key or value has another size */
export function seedMaps(pinDir: string, state: InitialState): void {
  for (const [module, maps] of Object.entries(state)) {
    for (const [name, entries] of Object.entries(maps)) {
      using map = BpfMap.fromPin(join(pinDir, "modules", module.replaceAll("-", "_"), name));
      for (const [key, value] of entries) map.update(key, value);
    }
  }
}
