import { EmptcpError, fail } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { removePending } from "./confirm/pending.js";
import type { Action } from "./history/entry.js";
import { Journal } from "./history/journal.js";
import { ModuleStore } from "./history/module-store.js";
import { stateOf } from "./history/state-dir.js";
import { ensureBpffs } from "./bpffs.js";
import type { CommitContext } from "./commit.js";
import { CoreMaps } from "./core-maps.js";
import { readManifest } from "./generation-store.js";
import { WriterLock } from "./lock.js";
import { emptyManifest, type GenerationManifest } from "./manifest.js";
import { Objects } from "./objects.js";
import { PinDir } from "./pin-dir.js";
import { sweepFilters } from "./ports.js";
import { recover } from "./recover.js";
import { requireFeatures, translate } from "./translate.js";
import { ABI, coreVersion } from "./version.js";

/** What one process knows of an engine: its pins, its maps once there are any, and how to change it. */
export class EngineState {
  readonly pins: PinDir;
  /** Modules that can be used; grows with those that policy sets bring along. */
  catalog: ModuleCatalog;
  /** What happened; undefined when no journal is kept. */
  readonly journal: Journal | undefined;
  /** The modules that generations ran; undefined when no journal is kept. */
  readonly modules: ModuleStore | undefined;
  #maps: CoreMaps | undefined;
  /** Which pin `#maps` was opened from: another process may take everything away and begin anew. */
  #pin: bigint | undefined;

  constructor(
    pinDir: string,
    catalog: ModuleCatalog,
    readonly lockTimeout: number,
    /** Where the journal is kept; undefined: none is. */
    readonly stateDir?: string | undefined,
  ) {
    this.pins = new PinDir(pinDir);
    this.catalog = catalog;
    if (stateDir === undefined) return;
    this.journal = new Journal(stateOf(stateDir, pinDir));
    this.modules = new ModuleStore(stateOf(stateDir, pinDir));
  }

  /** The engine's maps; undefined while nothing runs. */
  get maps(): CoreMaps | undefined {
    const pin = this.pins.identity();
    if (this.#maps && pin !== this.#pin) this.reset();
    if (!this.#maps && pin !== undefined) {
      try {
        this.#maps = CoreMaps.open(this.pins);
      } catch (error) {
        throw translate(error);
      }
      this.#pin = pin;
    }
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
   * Runs `change` as the only writer, on maps that exist. Leftovers of a writer that died are cleaned first. Every
   * generation that it commits is told to the journal.
   *
   * @param action what is being done, or how to tell afterwards; without it a failure and a change that commits nothing
   * are not told to the journal
   * @throws ERR_EMPTCP_LOCKED, ERR_EMPTCP_BPFFS, ERR_EMPTCP_FEATURE, ERR_EMPTCP_CAPABILITY, ERR_EMPTCP_SYSTEM
   */
  async exclusively<T>(
    change: (context: CommitContext, running: GenerationManifest) => T,
    action?: Action | (() => Action | undefined),
  ): Promise<T> {
    const told = (): Action | undefined => (typeof action === "function" ? action() : action);
    const lock = await this.#lock();
    let running: GenerationManifest | undefined;
    let after: GenerationManifest | undefined;
    try {
      const maps = this.#writableMaps();
      running = this.manifest();
      if (maps.allocator.dirty) recover(maps, this.pins, running);
      const core = { version: coreVersion(), abi: ABI };
      const onCommit = (committed: GenerationManifest): void => void (after = committed);
      const objects = new Objects(this.catalog);
      const result = change(
        { pins: this.pins, maps, catalog: this.catalog, objects, core, onCommit },
        running,
      );
      const done = told();
      if (after || done) this.#tell(done, running, after);
      this.#removeUnused();
      return result;
    } catch (error) {
      const tried = told();
      if (running && (after || tried)) this.#tell(tried, running, after, translate(error));
      this.#removeUnused();
      throw translate(error);
    } finally {
      lock.release();
    }
  }

  /**
   * Removes every pin as the only writer.
   *
   * @param detach takes what is attached off; a generation that cannot be read any more has no ports
   */
  async removeAll(detach: (running: GenerationManifest) => void): Promise<void> {
    const lock = await this.#lock();
    try {
      const before = this.#readable();
      const identity = this.pins.identity();
      const lastRule = before.number === 0 ? 0 : (this.maps?.allocator.lastRule ?? 0);
      detach(before);
      for (const name of this.pins.list("ports")) sweepFilters(this.pins, Number(name.replace(/_.*$/, "")));
      this.#remove();
      const after = emptyManifest(coreVersion(), ABI);
      this.journal?.record({ action: { what: "detach" }, before, after, identity, lastRule });
    } finally {
      lock.release();
    }
  }

  /** The context with other modules. */
  withCatalog(context: CommitContext, catalog: ModuleCatalog): CommitContext {
    return catalog === context.catalog ? context : { ...context, catalog, objects: new Objects(catalog) };
  }

  /** Forgets that a generation waits to be confirmed. */
  removePending(): void {
    removePending(this.pins);
  }

  /** Adds to the journal; modules of the generation are kept, so that one can go back to them. */
  #tell(
    action: Action | undefined,
    before: GenerationManifest,
    after: GenerationManifest | undefined,
    error?: unknown,
  ): void {
    const { journal, modules } = this;
    if (!journal || !modules) return;
    const rules = { what: after?.sets === before.sets ? "tables" : "commit" };
    const lastRule = this.#maps?.allocator.lastRule ?? 0;
    const identity = this.pins.identity();
    journal.record({ action: action ?? rules, before, after, error, identity, lastRule });
    journal.attempt(() => {
      if (after) modules.keep(this.catalog, after.modules);
      modules.sweep(journal.digests());
    });
  }

  async #lock(): Promise<WriterLock> {
    try {
      ensureBpffs(this.pins.root);
      return await WriterLock.acquire(this.pins.root, this.lockTimeout, () => this.pins.create());
    } catch (error) {
      throw translate(error);
    }
  }

  #readable(): GenerationManifest {
    try {
      return this.manifest();
    } catch (error) {
      // What cannot be read can still be removed: links go with their pins.
      const codes = ["ERR_EMPTCP_MANIFEST", "ERR_EMPTCP_SYSTEM"];
      if (error instanceof EmptcpError && codes.includes(error.code))
        return emptyManifest(coreVersion(), ABI);
      throw error;
    }
  }

  /** Where nothing has ever run, what was made for the first generation goes again. */
  #removeUnused(): void {
    if (this.#maps?.active.read().generation === 0) this.#remove();
  }

  #remove(): void {
    this.reset();
    this.pins.remove();
  }

  #writableMaps(): CoreMaps {
    const open = this.maps;
    if (open) return open;
    requireFeatures();
    this.#maps = CoreMaps.create(this.pins);
    this.#pin = this.pins.identity();
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
