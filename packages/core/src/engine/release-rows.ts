import type { CoreMaps } from "./core-maps.js";
import { ROW_CLASS_SHIFT } from "./layout.js";
import type { GenerationManifest } from "./manifest.js";

const INDEX_MASK = 0x3fffffff;

/** Frees the rows and negations of `before` that `after` does not use. No packet may be in `before` any more. */
export function releaseRows(
  maps: CoreMaps,
  before: GenerationManifest,
  after: GenerationManifest,
): void {
  const rows = new Set(after.policies.map((p) => p.row));
  for (const { row } of before.policies) {
    if (!rows.has(row)) maps.allocator.rows[row >>> ROW_CLASS_SHIFT]?.clear(row & INDEX_MASK);
  }
  const negs = new Set(after.negs.map((n) => n.row));
  for (const { row } of before.negs) if (!negs.has(row)) maps.allocator.negs.clear(row);
}
