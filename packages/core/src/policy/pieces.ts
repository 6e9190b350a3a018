import { fail } from "../errors.js";
import type { KeyField, Manifest, ManifestKey } from "../module/types.js";
import type { Address } from "../params/address.js";
import { drawsOf, type Fraction } from "../params/draw.js";
import { kindOf } from "../params/kinds.js";
import { rangeToMasks, type PortRange } from "../params/port-set.js";
import { prefixMask, type Prefix } from "../params/prefix-text.js";
import type { ParamDescriptor } from "../params/types.js";
import type { EndSpec } from "./end-values.js";
import { CONDITION_LIMIT } from "./limits.js";
import { ownFields, type ParsedMatch } from "./parse-match.js";
import type { Family, Piece } from "./types.js";

/** What the bytes of one key field must be, in one family or, with family 0, in both. */
interface FieldBits {
  readonly field: KeyField;
  readonly family: Family;
  readonly value: Uint8Array;
  readonly mask: Uint8Array;
}

/** Alternatives for one field; each way to match takes one of them. */
type Choice = readonly FieldBits[];

function addressChoice(field: KeyField, prefixes: readonly Prefix[]): Choice {
  return prefixes.map((p) => ({
    field,
    family: p.family,
    value: p.bytes,
    mask: prefixMask(p.length, p.bytes.length),
  }));
}

function portChoice(field: KeyField, ranges: readonly PortRange[]): Choice {
  const big = (n: number): Uint8Array => Uint8Array.of(n >>> 8, n);
  return ranges
    .flatMap(rangeToMasks)
    .map(({ value, mask }) => ({ field, family: 0, value: big(value), mask: big(mask) }));
}

/** A number in any of the 32-bit words of a field. */
function anyWord(field: KeyField, number: number): Choice {
  const size = (field.v4 ?? field.v6)?.[1] ?? 0;
  return Array.from({ length: size >> 2 }, (_, word) => {
    const value = Buffer.alloc(size);
    value.writeUInt32LE(number, word * 4);
    return { field, family: 0, value, mask: Buffer.alloc(size).fill(0xff, word * 4, word * 4 + 4) };
  });
}

/** Bits of a field that is a parameter of its own. */
function ownChoice(field: KeyField, descriptor: ParamDescriptor, value: unknown): Choice {
  const of = descriptor.of;
  if (descriptor.kind === "list" && of) {
    return (value as readonly unknown[]).flatMap((item) => ownChoice(field, of, item));
  }
  if (descriptor.kind === "ports") return portChoice(field, value as readonly PortRange[]);
  if (descriptor.kind === "fraction") {
    const little = (n: number): Uint8Array => Uint8Array.of(n, n >>> 8, n >>> 16, n >>> 24);
    return drawsOf(value as Fraction).map(({ value: v, mask }) => ({
      field,
      family: 0,
      value: little(v),
      mask: little(mask),
    }));
  }
  if (descriptor.kind === "token") return anyWord(field, value as number);
  if (descriptor.kind === "prefix") return addressChoice(field, [value as Prefix]);
  if (descriptor.kind === "ip") {
    const address = value as Address;
    return addressChoice(field, [{ ...address, length: address.bytes.length * 8 }]);
  }
  const bytes = Buffer.alloc(kindOf(descriptor).size(descriptor));
  kindOf(descriptor).encode(value, descriptor, bytes, 0, {});
  const mask = descriptor.bits ? bytes : new Uint8Array(bytes.length).fill(0xff);
  return [{ field, family: 0, value: bytes, mask }];
}

/** Choices for the fields of one end. */
function endChoices(key: ManifestKey, end: "src" | "dst", spec: EndSpec): Choice[] {
  const find = (kind: string): KeyField | undefined =>
    key.fields.find((f) => f.end === end && f.kind === kind);
  const choices: Choice[] = [];
  const address = find("prefix") ?? find("ip");
  const ports = find("ports");
  if (spec.addresses && address) choices.push(addressChoice(address, spec.addresses));
  if (spec.ports && ports) choices.push(portChoice(ports, spec.ports));
  return choices;
}

/** Every way to take one alternative of each choice. */
function product(choices: readonly Choice[], module: string): FieldBits[][] {
  const size = choices.reduce((n, c) => n * c.length, 1);
  if (size > CONDITION_LIMIT) {
    fail("ERR_EMPTCP_CONDITION_SIZE", { size, what: `ways to match ${module}`, limit: CONDITION_LIMIT });
  }
  return choices.reduce<FieldBits[][]>((all, c) => all.flatMap((bits) => c.map((b) => [...bits, b])), [[]]);
}

/** Bytes of a selector's key struct of a family. */
export function keySize(key: ManifestKey, family: Family): number {
  return family === 4 ? key.v4 : family === 6 ? key.v6 : Math.max(key.v4, key.v6);
}

function samePlace({ v4, v6 }: KeyField): boolean {
  return v4 !== null && v6 !== null && v4[0] === v6[0] && v4[1] === v6[1];
}

function pieceOf(
  manifest: Manifest,
  key: ManifestKey,
  bits: readonly FieldBits[],
  family: Family,
): Piece | undefined {
  const value = new Uint8Array(keySize(key, family));
  const mask = new Uint8Array(value.length);
  for (const b of bits) {
    const place = family === 6 ? b.field.v6 : b.field.v4;
    if (!place || place[1] !== b.value.length) return undefined;
    for (let i = 0; i < b.value.length; i++) {
      mask[place[0] + i] = b.mask[i] ?? 0;
      value[place[0] + i] = (b.value[i] ?? 0) & (b.mask[i] ?? 0);
    }
  }
  return { selector: manifest.module, family, value, mask };
}

/** Pieces for one way to match: one for both families where they agree on the layout, else one for each. */
function piecesOf(manifest: Manifest, key: ManifestKey, bits: readonly FieldBits[]): Piece[] {
  const families = new Set(bits.map((b) => b.family).filter((f) => f !== 0));
  if (families.size > 1) return [];
  const [family] = families;
  const wanted: readonly Family[] =
    family !== undefined ? [family] : bits.every((b) => samePlace(b.field)) ? [0] : [4, 6];
  return wanted.flatMap((f) => pieceOf(manifest, key, bits, f) ?? []);
}

/**
 * The pieces of a match: the packet fits when it hits any of them.
 *
 * @throws ERR_EMPTCP_CONDITION_SIZE when there are too many
 */
export function matchPieces(manifest: Manifest, match: ParsedMatch): Piece[] {
  const key: ManifestKey = manifest.key ?? { v4: 0, v6: 0, ends: null, fields: [] };
  const own = ownFields(manifest)
    .filter(({ field }) => match.values.has(field.param))
    .map(({ field, descriptor }) => ownChoice(field, descriptor, match.values.get(field.param)));
  const pairs = match.directions?.flatMap((d) =>
    d.src.flatMap((src) =>
      d.dst.map((dst) => [...endChoices(key, "src", src), ...endChoices(key, "dst", dst)]),
    ),
  ) ?? [[]];
  const pieces: Piece[] = [];
  for (const ends of pairs) {
    for (const bits of product([...ends, ...own], manifest.module))
      pieces.push(...piecesOf(manifest, key, bits));
  }
  return pieces;
}
