import type { Conjunct, Family, Literal, Piece } from "./types.js";

/** The family that both allow; undefined when they exclude each other. */
export function meetFamily(a: Family, b: Family): Family | undefined {
  if (a === b || b === 0) return a;
  return a === 0 ? b : undefined;
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

/** Canonical text of a piece. */
export function pieceText(p: Piece): string {
  return `${p.selector} ${p.family}:${hex(p.value)}/${hex(p.mask)}`;
}

/** The piece over the key struct of another family that it is compatible with. */
export function resize(piece: Piece, family: Family, size: number): Piece {
  if (piece.family === family && piece.value.length === size) return piece;
  const value = new Uint8Array(size);
  const mask = new Uint8Array(size);
  value.set(piece.value.subarray(0, size));
  mask.set(piece.mask.subarray(0, size));
  return { selector: piece.selector, family, value, mask };
}

/** True when no key fits both, as far as the bytes tell; families are not looked at. */
export function disagree(a: Piece, b: Piece): boolean {
  const size = Math.min(a.value.length, b.value.length);
  for (let i = 0; i < size; i++) {
    if ((((a.value[i] ?? 0) ^ (b.value[i] ?? 0)) & (a.mask[i] ?? 0) & (b.mask[i] ?? 0)) !== 0) return true;
  }
  return false;
}

/** What fits both of two pieces that do not disagree and have the same size. */
export function intersect(a: Piece, b: Piece): Piece {
  return {
    selector: a.selector,
    family: a.family,
    value: a.value.map((v, i) => v | (b.value[i] ?? 0)),
    mask: a.mask.map((m, i) => m | (b.mask[i] ?? 0)),
  };
}

/** True when every packet that hits `narrow` hits `wide`. */
export function covers(wide: Piece, narrow: Piece): boolean {
  if (wide.selector !== narrow.selector) return false;
  if (wide.family !== 0 && wide.family !== narrow.family) return false;
  for (let i = 0; i < wide.mask.length; i++) {
    const mask = wide.mask[i] ?? 0;
    if ((mask & ~(narrow.mask[i] ?? 0)) !== 0) return false;
    if ((((wide.value[i] ?? 0) ^ (narrow.value[i] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/** True when every packet that fits `narrow` fits `wide`. */
export function conjunctCovers(wide: Conjunct, narrow: Conjunct): boolean {
  if (wide.family !== 0 && wide.family !== narrow.family) return false;
  if (!wide.negatives.every((n) => narrow.negatives.some((m) => m.id === n.id))) return false;
  return wide.pieces.every((w) => narrow.pieces.some((n) => covers(w, n)));
}

/** True when some packet may fit both, as far as pieces and families tell. */
export function mayOverlap(a: Conjunct, b: Conjunct): boolean {
  if (meetFamily(a.family, b.family) === undefined) return false;
  if (a.pieces.some((p) => b.pieces.some((q) => p.selector === q.selector && disagree(p, q)))) return false;
  return !a.negatives.some((n) => alwaysHits(n, b)) && !b.negatives.some((n) => alwaysHits(n, a));
}

/** True when every packet that has these pieces hits the literal. */
export function alwaysHits(literal: Literal, conjunct: Pick<Conjunct, "pieces">): boolean {
  return literal.pieces.some((l) => conjunct.pieces.some((p) => covers(l, p)));
}

/** True when no packet that fits the conjunct's family and pieces hits the literal. */
export function neverHits(literal: Literal, conjunct: Pick<Conjunct, "family" | "pieces">): boolean {
  return literal.pieces.every(
    (l) =>
      meetFamily(l.family, conjunct.family) === undefined ||
      conjunct.pieces.some((p) => p.selector === l.selector && disagree(l, p)),
  );
}
