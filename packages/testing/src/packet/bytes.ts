export { concat, hex, readUint, uint } from "@emptcp/core/dissect";

/** Text (as UTF-8), bytes, or a list of byte values. */
export type Bytes = Uint8Array | readonly number[] | string;

/** Returns a fresh copy of `source` as bytes; `undefined` is no bytes. */
export function toBytes(source: Bytes | undefined): Uint8Array {
  if (source === undefined) return new Uint8Array();
  if (typeof source === "string") return new TextEncoder().encode(source);
  return Uint8Array.from(source);
}

/**
 * Parses hexadecimal text; blanks, colons and line breaks are ignored.
 * @throws SyntaxError when anything else remains or a digit is missing
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[\s:]/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new SyntaxError(`parse hex: unexpected text "${text}"`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
