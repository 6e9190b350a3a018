import { Bytes } from "./bytes.js";
import type { BtfLinkage, BtfType } from "./btf-types.js";
import { damaged } from "./object-error.js";

const MAGIC = 0xeb9f;
const HEADER_SIZE = 24;
const TYPE_SIZE = 12;
const MAX_TYPES = 1 << 20;

/** Offsets within a .BTF section. */
export interface BtfLayout {
  readonly headerSize: number;
  readonly typeOffset: number;
  readonly typeSize: number;
  readonly stringOffset: number;
  readonly stringSize: number;
}

/** What one type takes after its 12 common bytes. */
function tailSize(kind: number, count: number): number {
  switch (kind) {
    case 1: // int
    case 14: // var
    case 17: // decl_tag
      return 4;
    case 3: // array
      return 12;
    case 4: // struct
    case 5: // union
    case 15: // datasec
    case 19: // enum64
      return 12 * count;
    case 6: // enum
    case 13: // func_proto
      return 8 * count;
    default:
      return 0;
  }
}

/** Where types and strings are. @throws ObjectError when the header is damaged */
export function btfLayout(b: Bytes): BtfLayout {
  b.check(0, HEADER_SIZE);
  if (b.u16(0) !== MAGIC) damaged(`btf: magic is 0x${b.u16(0).toString(16)}, not 0xeb9f`);
  if (b.u8(2) !== 1) damaged(`btf: version ${b.u8(2)} is not 1`);
  const headerSize = b.u32(4);
  if (headerSize < HEADER_SIZE) damaged(`btf: header of ${headerSize} bytes`);
  const layout = {
    headerSize,
    typeOffset: headerSize + b.u32(8),
    typeSize: b.u32(12),
    stringOffset: headerSize + b.u32(16),
    stringSize: b.u32(20),
  };
  b.check(layout.typeOffset, layout.typeSize);
  b.check(layout.stringOffset, layout.stringSize);
  return layout;
}

/** Calls back for each type with its kind number and its offset in the section. */
export function eachType(
  b: Bytes,
  layout: BtfLayout,
  visit: (id: number, kind: number, at: number, count: number) => void,
): void {
  const end = layout.typeOffset + layout.typeSize;
  let id = 1;
  for (let at = layout.typeOffset; at < end; id++) {
    if (id > MAX_TYPES) damaged(`btf: more than ${MAX_TYPES} types`);
    const info = b.u32(at + 4);
    const kind = (info >>> 24) & 31;
    const count = info & 0xffff;
    const next = at + TYPE_SIZE + tailSize(kind, count);
    if (next > end) damaged(`btf: type ${id} ends after the last type`);
    visit(id, kind, at, count);
    at = next;
  }
}

/** Reads all types; position 0 is void. @throws ObjectError */
export function parseTypes(section: Uint8Array): BtfType[] {
  const b = new Bytes(section, "btf");
  const layout = btfLayout(b);
  const strings = new Bytes(b.slice(layout.stringOffset, layout.stringSize), "btf strings");
  const types: BtfType[] = [{ kind: "void", name: "" }];
  eachType(b, layout, (id, kind, at, count) => {
    types.push(parseType(b, strings, id, kind, at, count));
  });
  return types;
}

const LINKAGES: readonly BtfLinkage[] = ["static", "global", "extern"];
const linkage = (value: number): BtfLinkage => LINKAGES[value] ?? damaged(`btf: linkage ${value}`);

function parseType(b: Bytes, strings: Bytes, id: number, kind: number, at: number, count: number): BtfType {
  const text = (offset: number): string => (offset === 0 ? "" : strings.string(offset));
  const name = text(b.u32(at));
  const flag = b.u32(at + 4) >>> 31 === 1;
  const size = b.u32(at + 8); // or the type it refers to
  const tail = at + TYPE_SIZE;
  const list = <T>(step: number, read: (offset: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => read(tail + i * step));
  switch (kind) {
    case 1: {
      const encoding = b.u32(tail);
      return {
        kind: "int",
        name,
        size,
        bits: encoding & 0xff,
        signed: ((encoding >>> 24) & 1) === 1,
        bool: ((encoding >>> 24) & 4) === 4,
      };
    }
    case 2:
      return { kind: "ptr", name, type: size };
    case 3:
      return {
        kind: "array",
        name: "",
        type: b.u32(tail),
        indexType: b.u32(tail + 4),
        length: b.u32(tail + 8),
      };
    case 4:
    case 5:
      return {
        kind: kind === 4 ? "struct" : "union",
        name,
        size,
        members: list(12, (o) => {
          const offset = b.u32(o + 8);
          return {
            name: text(b.u32(o)),
            type: b.u32(o + 4),
            bitOffset: flag ? offset & 0xff_ffff : offset,
            bits: flag ? offset >>> 24 : 0,
          };
        }),
      };
    case 6:
      return {
        kind: "enum",
        name,
        size,
        signed: flag,
        values: list(8, (o) => ({ name: text(b.u32(o)), value: BigInt(flag ? b.s32(o + 4) : b.u32(o + 4)) })),
      };
    case 7:
      return { kind: "fwd", name, union: flag };
    case 8:
      return { kind: "typedef", name, type: size };
    case 9:
      return { kind: "volatile", name, type: size };
    case 10:
      return { kind: "const", name, type: size };
    case 11:
      return { kind: "restrict", name, type: size };
    case 12:
      return { kind: "func", name, type: size, linkage: linkage(count) };
    case 13:
      return {
        kind: "func_proto",
        name: "",
        type: size,
        params: list(8, (o) => ({ name: text(b.u32(o)), type: b.u32(o + 4) })),
      };
    case 14:
      return { kind: "var", name, type: size, linkage: linkage(b.u32(tail)) };
    case 15:
      return {
        kind: "datasec",
        name,
        size,
        variables: list(12, (o) => ({ type: b.u32(o), offset: b.u32(o + 4), size: b.u32(o + 8) })),
      };
    case 16:
      return { kind: "float", name, size };
    case 17:
      return { kind: "decl_tag", name, type: size, component: b.s32(tail) };
    case 18:
      return { kind: "type_tag", name, type: size };
    case 19:
      return {
        kind: "enum64",
        name,
        size,
        signed: flag,
        values: list(12, (o) => {
          const value = (BigInt(b.u32(o + 8)) << 32n) | BigInt(b.u32(o + 4));
          return { name: text(b.u32(o)), value: flag ? BigInt.asIntN(64, value) : value };
        }),
      };
    default:
      return damaged(`btf: type ${id} has unknown kind ${kind}`);
  }
}
