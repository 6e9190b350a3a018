import { rcuGracePeriod } from "../libbpf/index.js";
import { dropUnswitched } from "./confirm/pending.js";
import type { CoreMaps } from "./core-maps.js";
import type { GenerationManifest } from "./manifest.js";
import type { PinDir } from "./pin-dir.js";
import { rebuildAllocator, sweepPins, sweepRules } from "./sweep.js";
import { Tables } from "./tables.js";

/**
 * Cleans up after a change that did not come to its end: what the running generation does not name goes,
 * and the free lists are built anew. What runs is not touched.
 */
export function recover(maps: CoreMaps, pins: PinDir, running: GenerationManifest): void {
  dropUnswitched(pins, running.number);
  const tables = new Tables(pins, maps.allocator, running.tables);
  try {
    // Who died may have switched just now: packets can still be in what is about to go.
    rcuGracePeriod();
    sweepRules(maps, tables, running);
    rebuildAllocator(maps.allocator, tables, running);
    sweepPins(maps, pins, tables, running);
    maps.allocator.dirty = false;
  } finally {
    tables.close();
  }
}
