import { rcuGracePeriod } from "../libbpf/index.js";
import type { CoreMaps } from "./core-maps.js";
import { ROW_CLASS_SHIFT, RULE } from "./layout.js";
import type { GenerationManifest, PolicyRecord } from "./manifest.js";

const INDEX_MASK = 0x3fffffff;

/** Frees the rows and negations of `before` that `after` does not use. No packet may be in `before` any more. */
export function releaseRows(maps: CoreMaps, before: GenerationManifest, after: GenerationManifest): void {
  const rows = new Set(after.policies.map((p) => p.row));
  for (const { row } of before.policies) {
    if (!rows.has(row)) maps.allocator.rows[row >>> ROW_CLASS_SHIFT]?.clear(row & INDEX_MASK);
  }
  const negs = new Set(after.negs.map((n) => n.row));
  for (const { row } of before.negs) if (!negs.has(row)) maps.allocator.negs.clear(row);
}

/** Frees the rows of entries that were deleted or replaced, once no packet can be in them. */
export function releaseRuleRows(
  maps: CoreMaps,
  policies: readonly PolicyRecord[],
  entries: readonly Buffer[],
): void {
  const rows = entries.flatMap((entry) => {
    const row = entry.readUInt32LE(RULE.row);
    const policy = policies.find((p) => p.index === entry.readUInt32LE(RULE.policy));
    return row !== 0 && policy ? [{ row, rowClass: policy.row >>> ROW_CLASS_SHIFT }] : [];
  });
  if (rows.length === 0) return;
  rcuGracePeriod();
  for (const { row, rowClass } of rows) maps.allocator.rows[rowClass]?.clear(row);
}
