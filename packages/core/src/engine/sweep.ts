import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Allocator } from "./allocator.js";
import type { CoreMaps } from "./core-maps.js";
import { ROW_CLASS_SHIFT, RULE } from "./layout.js";
import type { GenerationManifest, PolicyRecord } from "./manifest.js";
import { packagePin, removeTree, unpin, type PinDir } from "./pin-dir.js";
import { sweepFilters } from "./ports.js";
import { sweepInstrumentMaps } from "./instrument-maps.js";
import { dropProgramSet } from "./program-set.js";
import type { Tables } from "./tables.js";

const INDEX_MASK = 0x3fffffff;
const BATCH = 4096;

/** Removes every pin that the generation does not name. Safe at any time: what is named stays. */
export function sweepPins(maps: CoreMaps, pins: PinDir, tables: Tables, manifest: GenerationManifest): void {
  sweepInstrumentMaps(pins, manifest.instrument);
  const ports = new Set(manifest.ports.map((p) => `${p.id}`));
  for (const name of pins.list("ports")) {
    const id = name.replace(/_.*$/, "");
    if (ports.has(id)) continue;
    sweepFilters(pins, Number(id));
    unpin(pins.port(name));
  }
  for (const name of pins.list("programs")) {
    if (manifest.number === 0 || name !== `${manifest.slot}`) {
      dropProgramSet({ maps }, pins, Number(name));
    }
  }
  const named = new Set(manifest.tables.map((t) => t.id));
  for (const name of pins.list("tables")) {
    const id = Number(name.replace("table_", ""));
    if (!named.has(id)) tables.remove(id);
  }
  for (const name of pins.list("generations")) {
    const number = Number(name);
    // Whoever traces may still have to look up what policies were called.
    const oldest = manifest.instrument.trace ? 0 : manifest.number - 1;
    if (number > manifest.number || number < oldest) unpin(pins.generation(number));
  }
  const modules = new Set(manifest.modules.map((m) => packagePin(m.package)));
  for (const name of pins.list("modules")) {
    const path = join(pins.root, "modules", name);
    if (!modules.has(name) && existsSync(path)) removeTree(path);
  }
}

/**
 * Deletes the entries of policies that no longer run and frees the rows that these entries had.
 *
 * @param dead policies whose entries are to go; undefined: all that are not in the manifest
 */
export function sweepRules(
  maps: CoreMaps,
  tables: Tables,
  manifest: GenerationManifest,
  dead?: readonly PolicyRecord[],
): void {
  if (dead?.length === 0) return;
  const literals = new Set(manifest.literals.map((l) => l.id));
  for (const table of manifest.tables) {
    if (table.shape.negative) {
      sweepLiterals(tables, table.id, literals);
      continue;
    }
    const here = (p: PolicyRecord): boolean => p.set === table.set && p.hook === table.hook;
    const gone = dead && new Map(dead.filter(here).map((p) => [p.index, p]));
    if (gone?.size === 0) continue;
    const live = new Set(manifest.policies.filter(here).map((p) => p.index));
    const map = tables.map(table.id);
    const keys: Buffer[] = [];
    for (const [key, value] of map.entries()) {
      const index = value.readUInt32LE(RULE.policy);
      if (gone ? !gone.has(index) : live.has(index)) continue;
      keys.push(Buffer.from(key));
      const row = value.readUInt32LE(RULE.row);
      const policy = gone?.get(index);
      if (row !== 0 && policy) maps.allocator.rows[policy.row >>> ROW_CLASS_SHIFT]?.clear(row);
    }
    for (let i = 0; i < keys.length; i += BATCH) {
      const part = keys.slice(i, i + BATCH);
      map.deleteBatch(Buffer.concat(part), part.length);
    }
  }
}

/** Frees the rows that rules had in tables which a generation no longer has; the tables themselves go as they are. */
export function releaseForgotten(
  maps: CoreMaps,
  tables: Tables,
  before: GenerationManifest,
  after: GenerationManifest,
): void {
  const kept = new Set(after.tables.map((t) => t.id));
  for (const { id, shape, set, hook } of before.tables) {
    if (kept.has(id) || shape.negative) continue;
    const here = before.policies.filter((p) => p.set === set && p.hook === hook);
    const classes = new Map(here.map((p) => [p.index, p.row >>> ROW_CLASS_SHIFT]));
    for (const [, value] of tables.map(id).entries()) {
      const row = value.readUInt32LE(RULE.row);
      const rowClass = classes.get(value.readUInt32LE(RULE.policy));
      if (row !== 0 && rowClass !== undefined) maps.allocator.rows[rowClass]?.clear(row);
    }
  }
}

function sweepLiterals(tables: Tables, id: number, live: ReadonlySet<number>): void {
  const map = tables.map(id);
  for (const [key, value] of map.entries()) if (!live.has(value.readUInt32LE())) map.delete(key);
}

/** Builds the free lists anew from what the generation and its rules use. */
export function rebuildAllocator(allocator: Allocator, tables: Tables, manifest: GenerationManifest): void {
  for (const bitmap of [...allocator.rows, allocator.negs]) bitmap.reset();
  allocator.reserveZero();
  const classes = new Map<number, number>();
  for (const p of manifest.policies) {
    classes.set(p.index, p.row >>> ROW_CLASS_SHIFT);
    allocator.rows[p.row >>> ROW_CLASS_SHIFT]?.set(p.row & INDEX_MASK);
  }
  for (const n of manifest.negs) allocator.negs.set(n.row);
  for (const table of manifest.tables) {
    if (table.shape.negative) continue;
    for (const [, value] of tables.map(table.id).entries()) {
      const row = value.readUInt32LE(RULE.row);
      const rowClass = classes.get(value.readUInt32LE(RULE.policy));
      if (row !== 0 && rowClass !== undefined) allocator.rows[rowClass]?.set(row);
    }
  }
}
