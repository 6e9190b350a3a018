import { LIMITS, TABLE_CONFIG } from "./layout.js";

/** One selector's contribution to a key: value and mask over that selector's key struct. */
export interface ShapePiece {
  /** Package of the selector. */
  readonly selector: string;
  readonly value: Uint8Array;
  readonly mask: Uint8Array;
}

/** What distinguishes one table from another: family, selectors, and the mask of each selector's key. */
export interface Shape {
  readonly family: 0 | 4 | 6;
  readonly negative: boolean;
  /** Sorted by the selectors' packages; masks as hexadecimal text. */
  readonly masks: readonly { readonly selector: string; readonly mask: string }[];
}

export function shapeOf(family: 0 | 4 | 6, pieces: readonly ShapePiece[], negative: boolean): Shape {
  const masks = pieces
    .map((p) => ({ selector: p.selector, mask: Buffer.from(p.mask).toString("hex") }))
    .sort((a, b) => (a.selector < b.selector ? -1 : a.selector > b.selector ? 1 : 0));
  return { family, negative, masks };
}

/** Canonical text of a shape: equal text means that the rules fit the same table. */
export function shapeKey(shape: Shape): string {
  const masks = shape.masks.map((m) => `${m.selector}/${m.mask}`).join("+");
  return `${shape.negative ? "!" : ""}${shape.family}:${masks}`;
}

/** The 32-bit words of one selector's mask that take part in a table's key. */
function maskedWords(mask: string): { word: number; mask: number }[] {
  const bytes = Buffer.from(mask.padEnd(Math.ceil(mask.length / 8) * 8, "0"), "hex");
  const words = [];
  for (let word = 0; word * 4 < bytes.length; word++) {
    const bits = bytes.readUInt32LE(word * 4);
    if (bits !== 0) words.push({ word, mask: bits });
  }
  return words;
}

/** Indices of the words of a selector's key that take part in a table's key. */
export function keyWords(mask: string): number[] {
  return maskedWords(mask).map((w) => w.word);
}

/** Bytes of a table's key; a table without words is keyed by one zero word. */
export function tableKeySize(shape: Shape): number {
  const words = shape.masks.reduce((sum, m) => sum + maskedWords(m.mask).length, 0);
  return Math.max(1, words) * 4;
}

/** Writes the key of a rule with these pieces into `out` at `offset`. */
export function writeTableKey(
  shape: Shape,
  pieces: readonly ShapePiece[],
  out: Buffer,
  offset: number,
): void {
  let at = offset;
  for (const { selector, mask } of shape.masks) {
    const piece = pieces.find((p) => p.selector === selector);
    if (!piece) continue;
    for (const { word } of maskedWords(mask)) {
      for (let i = 0; i < 4; i++) {
        const byte = word * 4 + i;
        out[at++] = (piece.value[byte] ?? 0) & (piece.mask[byte] ?? 0);
      }
    }
  }
  if (at === offset) out.writeUInt32LE(0, at);
}

/** First word plus one when the key is a piece of the joined key as it is, so that it need not be made; else 0. */
function directWord(config: Buffer, words: number): number {
  const first = config.readUInt8(TABLE_CONFIG.word);
  for (let i = 0; i < words; i++) {
    const isNext = config.readUInt8(TABLE_CONFIG.word + i) === first + i;
    if (!isNext || config.readUInt32LE(TABLE_CONFIG.mask + i * 4) !== 0xffffffff) return 0;
  }
  return words === 0 ? 0 : first + 1;
}

/**
 * The `struct emptcp_table` that tells the entry how to build this table's key from the joined key.
 *
 * @param selectors names of the group's selectors, in the order in which the entry runs them
 * @param firstWord first word of each selector's key in the joined key
 * @returns undefined when the key needs more words than a table has
 */
export function encodeTableConfig(
  shape: Shape,
  selectors: readonly string[],
  firstWord: readonly number[],
): Buffer | undefined {
  const out = Buffer.alloc(TABLE_CONFIG.size);
  let words = 0;
  let bitmap = 0;
  for (const { selector, mask } of shape.masks) {
    const index = selectors.indexOf(selector);
    bitmap |= 1 << index;
    for (const { word, mask: bits } of maskedWords(mask)) {
      if (words >= LIMITS.tableWords) return undefined;
      out.writeUInt8((firstWord[index] ?? 0) + word, TABLE_CONFIG.word + words);
      out.writeUInt32LE(bits, TABLE_CONFIG.mask + words * 4);
      words++;
    }
  }
  out.writeUInt8(words, TABLE_CONFIG.words);
  out.writeUInt8(directWord(out, words), TABLE_CONFIG.direct);
  out.writeUInt8(shape.family, TABLE_CONFIG.family);
  out.writeUInt8(shape.negative ? 1 : 0, TABLE_CONFIG.negative);
  out.writeUInt32LE(bitmap >>> 0, TABLE_CONFIG.selectors);
  return out;
}
