import { fail } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { ensureBpffs } from "./bpffs.js";
import type { CommitContext } from "./commit.js";
import { CoreMaps } from "./core-maps.js";
import { readManifest } from "./generation-store.js";
import { WriterLock } from "./lock.js";
import { emptyManifest, type GenerationManifest } from "./manifest.js";
import { Objects } from "./objects.js";
import { PinDir } from "./pin-dir.js";
import { recover } from "./recover.js";
import { ABI, coreVersion } from "./version.js";

/** What one process knows of an engine: its pins, its maps once there are any, and how to change it. */
export class EngineState {
  readonly pins: PinDir;
  /** Modules that can be used; grows with those that policy sets bring along. */
  catalog: ModuleCatalog;
  #maps: CoreMaps | undefined;

  constructor(
    pinDir: string,
    catalog: ModuleCatalog,
    readonly lockTimeout: number,
  ) {
    this.pins = new PinDir(pinDir);
    this.catalog = catalog;
  }

  /** The engine's maps; undefined while nothing runs. */
  get maps(): CoreMaps | undefined {
    if (!this.#maps && this.pins.exists()) this.#maps = CoreMaps.open(this.pins);
    return this.#maps;
  }

  /** The generation that runs. */
  manifest(): GenerationManifest {
    const generation = this.maps?.active.read().generation ?? 0;
    if (generation === 0) return emptyManifest(coreVersion(), ABI);
    const manifest = readManifest(this.pins, generation);
    if (manifest.abi !== ABI) {
      const directory = this.pins.root;
      fail("ERR_EMPTCP_PROTOCOL", { directory, actual: manifest.abi, expected: ABI });
    }
    return manifest;
  }

  /**
   * Runs `change` as the only writer, on maps that exist. Leftovers of a writer that died are cleaned first.
   *
   * @throws ERR_EMPTCP_LOCKED, ERR_EMPTCP_BPFFS
   */
  async exclusively<T>(change: (context: CommitContext, running: GenerationManifest) => T): Promise<T> {
    ensureBpffs(this.pins.root);
    this.pins.create();
    const lock = await WriterLock.acquire(this.pins.root, this.lockTimeout);
    try {
      const maps = this.#writableMaps();
      const running = this.manifest();
      if (maps.allocator.dirty) recover(maps, this.pins, running);
      const core = { version: coreVersion(), abi: ABI };
      return change(
        { pins: this.pins, maps, catalog: this.catalog, objects: new Objects(this.catalog), core },
        running,
      );
    } finally {
      lock.release();
    }
  }

  #writableMaps(): CoreMaps {
    const open = this.maps;
    if (open) return open;
    this.#maps = CoreMaps.create(this.pins);
    this.#maps.allocator.reserveZero();
    return this.#maps;
  }

  /** Forgets the maps: the pins were removed. */
  reset(): void {
    this.#maps?.close();
    this.#maps = undefined;
  }

  close(): void {
    this.reset();
  }
}
