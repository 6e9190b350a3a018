import type { Engine } from "@emptcp/core";
import type { InitialState } from "./types.js";

/** Writes the first contents of module maps. @throws when a map is not there or a key or value has another size */
export function seedMaps(engine: Engine, state: InitialState): void {
  for (const [module, maps] of Object.entries(state)) {
    for (const [name, entries] of Object.entries(maps)) {
      using map = engine.moduleMap(module, name);
      for (const [key, value] of entries) map.update(key, value);
    }
  }
}
