import { pieceText } from "./piece-algebra.js";
import { shapeKey, valueKey } from "./shape.js";
import type { Conjunct, Piece } from "./types.js";

/** The conjunct's values under another shape's masks, or undefined when it does not fix all their bits. */
function project(conjunct: Conjunct, shape: Conjunct): string | undefined {
  const values: Uint8Array[] = [];
  for (const wide of shape.pieces) {
    const own = conjunct.pieces.find((p) => p.selector === wide.selector);
    if (!own) return undefined;
    const value = new Uint8Array(wide.mask.length);
    for (let i = 0; i < value.length; i++) {
      const mask = wide.mask[i] ?? 0;
      if ((mask & ~(own.mask[i] ?? 0)) !== 0) return undefined;
      value[i] = (own.value[i] ?? 0) & mask;
    }
    values.push(value);
  }
  return values.map((v) => Buffer.from(v).toString("hex")).join("+");
}

const negativeIds = (c: Conjunct): string[] => c.negatives.map((n) => n.id);

/** Removes conjuncts that another one covers; grouped by shape, so that a hundred thousand are no problem. */
export function removeCovered(conjuncts: readonly Conjunct[]): Conjunct[] {
  const shapes = new Map<string, { sample: Conjunct; byValue: Map<string, Conjunct[]> }>();
  for (const c of conjuncts) {
    const key = shapeKey(c.family, c.pieces);
    const shape = shapes.get(key) ?? { sample: c, byValue: new Map<string, Conjunct[]>() };
    shapes.set(key, shape);
    const value = valueKey(c.pieces);
    const same = shape.byValue.get(value) ?? [];
    const ids = negativeIds(c);
    if (same.some((other) => negativeIds(other).every((id) => ids.includes(id)))) continue;
    const kept = same.filter((other) => !ids.every((id) => negativeIds(other).includes(id)));
    shape.byValue.set(value, [...kept, c]);
  }
  const remaining = [...shapes.values()].flatMap((s) => [...s.byValue.values()].flat());
  if (shapes.size === 1) return remaining;
  return remaining.filter((c) => {
    const own = shapeKey(c.family, c.pieces);
    for (const [key, { sample, byValue }] of shapes) {
      if (key === own || (sample.family !== 0 && sample.family !== c.family)) continue;
      const value = project(c, sample);
      const wide = value === undefined ? undefined : byValue.get(value);
      const ids = negativeIds(c);
      if (wide?.some((w) => negativeIds(w).every((id) => ids.includes(id)))) return false;
    }
    return true;
  });
}

/** Removes pieces that another one covers, and sorts: equal sets of alternatives become equal lists. */
export function simplifyPieces(pieces: readonly Piece[]): Piece[] {
  const as = pieces.map((p): Conjunct => ({ family: p.family, pieces: [p], negatives: [] }));
  return sortByText(removeCovered(as).flatMap((c) => c.pieces), pieceText);
}

/** Sorts by a text that is computed once for each item. */
export function sortByText<T>(items: readonly T[], textOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, text: textOf(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);
}
