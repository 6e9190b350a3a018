import { pieceText } from "./piece-algebra.js";
import { shapeKey, valueKey } from "./shape.js";
import type { Conjunct, Piece } from "./types.js";

/** Comparisons beyond which covered conjuncts of other shapes are kept: they cost room, not correctness. */
const BUDGET = 300_000;

interface Bucket {
  /** Any conjunct of the shape. */
  readonly sample: Conjunct;
  readonly byValue: Map<string, readonly Conjunct[]>;
}

const negativeIds = (c: Conjunct): string[] => c.negatives.map((n) => n.id);

/** True when `wide` forbids nothing that `narrow` allows. */
function forbidsLess(wide: Conjunct, narrow: Conjunct): boolean {
  if (wide.negatives.length === 0) return true;
  const ids = negativeIds(narrow);
  return negativeIds(wide).every((id) => ids.includes(id));
}

/** True when the masks of `wide` are part of those of `narrow`, so that it may cover some of them. */
export function widerShape(wide: Conjunct, narrow: Conjunct): boolean {
  if (wide.family !== narrow.family && wide.family !== 0) return false;
  return wide.pieces.every((w) => {
    const own = narrow.pieces.find((p) => p.selector === w.selector);
    return own !== undefined && w.mask.every((m, i) => (m & ~(own.mask[i] ?? 0)) === 0);
  });
}

/** The conjunct's values under the masks of a wider shape, as `valueKey` writes them. */
export function project(conjunct: Conjunct, wide: Conjunct): string {
  const pieces = wide.pieces.map((w) => {
    const own = conjunct.pieces.find((p) => p.selector === w.selector);
    return { ...w, value: w.mask.map((m, i) => m & (own?.value[i] ?? 0)) };
  });
  return valueKey(pieces);
}

function bucketsOf(conjuncts: readonly Conjunct[]): Bucket[] {
  const shapes = new Map<string, Bucket>();
  for (const c of conjuncts) {
    const key = shapeKey(c.family, c.pieces);
    const shape = shapes.get(key) ?? { sample: c, byValue: new Map<string, readonly Conjunct[]>() };
    shapes.set(key, shape);
    const value = valueKey(c.pieces);
    const same = shape.byValue.get(value) ?? [];
    if (same.some((other) => forbidsLess(other, c))) continue;
    shape.byValue.set(value, [...same.filter((other) => !forbidsLess(c, other)), c]);
  }
  return [...shapes.values()];
}

/**
 * Removes conjuncts that another one covers. Of the same shape always; of other shapes as long as that does
 * not cost more than it saves.
 */
export function removeCovered(conjuncts: readonly Conjunct[]): Conjunct[] {
  const buckets = bucketsOf(conjuncts);
  const remaining = (b: Bucket): Conjunct[] => [...b.byValue.values()].flat();
  if (buckets.length === 1 || buckets.length * conjuncts.length > BUDGET) return buckets.flatMap(remaining);
  return buckets.flatMap((bucket) => {
    const wider = buckets.filter((b) => b !== bucket && widerShape(b.sample, bucket.sample));
    return remaining(bucket).filter(
      (c) => !wider.some((b) => b.byValue.get(project(c, b.sample))?.some((w) => forbidsLess(w, c))),
    );
  });
}

/** Removes pieces that another one covers, and sorts: equal sets of alternatives become equal lists. */
export function simplifyPieces(pieces: readonly Piece[]): Piece[] {
  const as = pieces.map((p): Conjunct => ({ family: p.family, pieces: [p], negatives: [] }));
  return sortByText(
    removeCovered(as).flatMap((c) => c.pieces),
    pieceText,
  );
}

/** Sorts by a text that is computed once for each item. */
export function sortByText<T>(items: readonly T[], textOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, text: textOf(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);
}
