import { existsSync } from "node:fs";
import { readCounters, type EngineCounters } from "../engine/stats.js";
import { EngineState } from "../engine/state.js";
import type { GenerationManifest } from "../engine/manifest.js";
import type { PinDir } from "../engine/pin-dir.js";
import { BpfProgram, flockExclusive } from "../libbpf/index.js";
import type { ModuleCatalog } from "../module/catalog.js";

/** A look at an engine from outside, without changing it. */
export interface EngineView {
  readonly pins: PinDir;
  /** The generation that runs; its number is 0 when none does. */
  readonly manifest: GenerationManifest;
  /** Every hook lets every packet pass. */
  readonly bypass: boolean;
  /** A change is under way, or was not brought to its end. */
  readonly dirty: boolean;
  /** Somebody holds the writer lock. */
  readonly locked: boolean;
  readonly counters: EngineCounters | undefined;
  /** Ids of the root programs that are pinned, by port. */
  readonly roots: ReadonlyMap<number, number>;
}

/**
 * Reads what an engine says about itself.
 *
 * @throws SystemError EPERM or EACCES; EmptcpError when its pins cannot be read
 */
export function viewEngine(pinDir: string, catalog: ModuleCatalog): EngineView {
  const state = new EngineState(pinDir, catalog, 0);
  try {
    const { pins, maps } = state;
    return {
      pins,
      manifest: state.manifest(),
      bypass: maps?.active.read().bypass ?? false,
      dirty: maps?.allocator.dirty ?? false,
      locked: isLocked(pinDir),
      counters: maps && readCounters(state),
      roots: rootIds(pins),
    };
  } finally {
    state.close();
  }
}

function isLocked(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const release = flockExclusive(directory);
  release?.();
  return release === undefined;
}

function rootIds(pins: PinDir): Map<number, number> {
  const ids = new Map<number, number>();
  for (const name of pins.list("ports")) {
    const port = /^(\d+)_root$/.exec(name)?.[1];
    if (port === undefined) continue;
    using root = BpfProgram.fromPin(pins.port(name));
    ids.set(Number(port), root.info().id);
  }
  return ids;
}
