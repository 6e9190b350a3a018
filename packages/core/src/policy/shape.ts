import type { Conjunct, Family, Piece } from "./types.js";

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

const bySelector = (a: Piece, b: Piece): number =>
  a.selector < b.selector ? -1 : a.selector > b.selector ? 1 : 0;

/** Canonical text of a shape: conjuncts with equal text share a table. */
export function shapeKey(family: Family, pieces: readonly Piece[], negative = false): string {
  const masks = [...pieces].sort(bySelector).map((p) => `${p.selector}/${hex(p.mask)}`);
  return `${negative ? "!" : ""}${family}:${masks.join("+")}`;
}

/** Canonical text of the values: equal text in the same shape means the same key. */
export function valueKey(pieces: readonly Piece[]): string {
  return [...pieces]
    .sort(bySelector)
    .map((p) => hex(p.value))
    .join("+");
}

/** 32-bit words of a mask that are not zero: the words that a table's key is made of. */
export function maskedWords(mask: Uint8Array): number[] {
  const words: number[] = [];
  for (let w = 0; w * 4 < mask.length; w++) {
    if (mask.subarray(w * 4, w * 4 + 4).some((byte) => byte !== 0)) words.push(w);
  }
  return words;
}

/** Bytes of a table's key; a table without words is keyed by one zero word. */
export function tableKeySize(pieces: readonly Piece[]): number {
  return (
    Math.max(
      1,
      pieces.reduce((n, p) => n + maskedWords(p.mask).length, 0),
    ) * 4
  );
}

/** How a conjunct's shape reads in a message: `ipv4 ip-pair + port`. */
export function describeShape(conjunct: Pick<Conjunct, "family" | "pieces">): string {
  const names = conjunct.pieces.map((p) => p.selector).join(" + ");
  return `${conjunct.family === 0 ? "" : `ipv${conjunct.family} `}${names === "" ? "every packet" : names}`;
}
