import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { BpfMap, isSystemError, type BpfObject } from "../libbpf/index.js";
import { fail } from "../errors.js";
import { compareWithPinned } from "./map-check.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { ModuleRecord } from "./manifest.js";
import type { ObjectFile } from "./objects.js";
import type { PinDir } from "./pin-dir.js";

/** The private maps of modules: one instance each, shared by all programs of the module, on all hooks. */
export class ModuleMaps {
  readonly #open = new Map<string, BpfMap>();

  constructor(
    readonly pins: PinDir,
    readonly catalog: ModuleCatalog,
    /** Modules of the generation that runs: their objects and their maps fit together. */
    readonly running: readonly ModuleRecord[],
  ) {}

  /** Names of a module's private maps, from its manifest. */
  names(module: string): string[] {
    return this.catalog.get(module)?.manifest.maps.map((m) => m.name) ?? [];
  }

  /**
   * Lets an object use the module's maps where they exist already.
   *
   * @param file the module's own object, which declares the maps
   * @param prefix what linking put before the names
   * @throws ERR_EMPTCP_MAP_MISMATCH with every difference between the pinned map and the object's
   */
  bind(object: BpfObject, module: string, file: ObjectFile, prefix = ""): void {
    for (const name of this.names(module)) {
      const map = this.#pinned(module, name);
      if (!map) continue;
      const differences = this.#differences(map, module, file, name);
      if (differences.length > 0) fail("ERR_EMPTCP_MAP_MISMATCH", { module, map: name, differences });
      object.map(prefix + name).reuseFd(map.fd);
    }
  }

  /** The types of a pinned map can only be read with CAP_SYS_ADMIN; without it the very object must run that made it. */
  #differences(map: BpfMap, module: string, file: ObjectFile, name: string): string[] {
    try {
      return compareWithPinned(map, file.bytes, name);
    } catch (error) {
      if (!isSystemError(error, "EPERM")) throw error;
      const known = this.running.filter((record) => record.package === module && record.maps.includes(name));
      if (known.some(({ objects }) => Object.values(objects).includes(file.sha256))) return [];
      throw error;
    }
  }

  /** Pins the maps that loading this object created. */
  adopt(object: BpfObject, module: string, prefix = ""): void {
    for (const name of this.names(module)) {
      if (this.#pinned(module, name)) continue;
      const path = this.pins.moduleMap(module, name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const map = BpfMap.fromFd(object.map(prefix + name).fd);
      map.pin(path);
      this.#open.set(path, map);
    }
  }

  #pinned(module: string, name: string): BpfMap | undefined {
    const path = this.pins.moduleMap(module, name);
    let map = this.#open.get(path);
    // Not existsSync: access(2) forgets the capabilities of whoever is not root.
    if (!map && statSync(path, { throwIfNoEntry: false })) {
      map = BpfMap.fromPin(path);
      this.#open.set(path, map);
    }
    return map;
  }

  close(): void {
    for (const map of this.#open.values()) map.close();
    this.#open.clear();
  }
}
