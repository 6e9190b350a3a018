import { parseTypes } from "./btf-parse.js";
import type { BtfKind, BtfMember, BtfType } from "./btf-types.js";
import { damaged } from "./object-error.js";

export type * from "./btf-types.js";

const POINTER_SIZE = 8;
const MAX_DEPTH = 64;

type Kind<K extends BtfKind> = Extract<BtfType, { kind: K }>;

/** The types of an object. Ids are untrusted: every access checks them, every walk is bounded. */
export class Btf {
  readonly types: readonly BtfType[];

  /** @param section contents of a .BTF section, or BTF read from the kernel
   * @throws ObjectError when it is damaged */
  constructor(section: Uint8Array) {
    this.types = parseTypes(section);
  }

  /** @throws ObjectError when there is no such type */
  type(id: number): BtfType {
    return this.types[id] ?? damaged(`btf: type ${id} of ${this.types.length} does not exist`);
  }

  /** Id of the first type with this name and kind. */
  find<K extends BtfKind>(name: string, kind: K): number | undefined {
    const id = this.types.findIndex((t) => t.kind === kind && t.name === name);
    return id < 0 ? undefined : id;
  }

  /** The first type with this name and kind. */
  named<K extends BtfKind>(name: string, kind: K): Kind<K> | undefined {
    return this.types.find((t): t is Kind<K> => t.kind === kind && t.name === name);
  }

  /** All types of one kind. */
  all<K extends BtfKind>(kind: K): Kind<K>[] {
    return this.types.filter((t): t is Kind<K> => t.kind === kind);
  }

  /** Id behind typedefs, qualifiers and type tags. @throws ObjectError when they run in a circle */
  resolveId(id: number): number {
    let current = id;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const type = this.type(current);
      switch (type.kind) {
        case "typedef":
        case "const":
        case "volatile":
        case "restrict":
        case "type_tag":
          current = type.type;
          break;
        default:
          return current;
      }
    }
    return damaged(`btf: type ${id} refers to itself`);
  }

  /** Type behind typedefs, qualifiers and type tags. */
  resolve(id: number): BtfType {
    return this.type(this.resolveId(id));
  }

  /** Bytes of a value of this type. @throws ObjectError for types without a size (functions, forward declarations) */
  size(id: number, depth = 0): number {
    if (depth > MAX_DEPTH) damaged(`btf: type ${id} contains itself`);
    const type = this.resolve(id);
    switch (type.kind) {
      case "int":
      case "struct":
      case "union":
      case "enum":
      case "enum64":
      case "float":
      case "datasec":
        return type.size;
      case "ptr":
        return POINTER_SIZE;
      case "array":
        return type.length === 0 ? 0 : type.length * this.size(type.type, depth + 1);
      case "var":
        return this.size(type.type, depth + 1);
      default:
        return damaged(`btf: type ${id} (${type.kind} ${type.name}) has no size`);
    }
  }

  /**
   * Members of a struct or union with byte offsets; members of nameless inner structs count as its own.
   *
   * @throws ObjectError when it is something else
   */
  members(id: number): Member[] {
    const type = this.resolve(id);
    if (type.kind !== "struct" && type.kind !== "union")
      damaged(`btf: type ${id} (${type.kind} ${type.name}) has no members`);
    return this.#members(type.members, 0, 0);
  }

  #members(members: readonly BtfMember[], base: number, depth: number): Member[] {
    if (depth > MAX_DEPTH) damaged("btf: structs are nested too deeply");
    return members.flatMap((m): Member[] => {
      const offset = base + Math.floor(m.bitOffset / 8);
      if (m.name === "") {
        const inner = this.resolve(m.type);
        if (inner.kind === "struct" || inner.kind === "union")
          return this.#members(inner.members, offset, depth + 1);
      }
      const bitField = m.bits > 0 ? { bits: m.bits, shift: m.bitOffset % 8 } : undefined;
      return [
        { name: m.name, type: m.type, offset, size: this.size(m.type), ...(bitField ? { bitField } : {}) },
      ];
    });
  }

  /** The type as C would write it, for messages. */
  describe(id: number, depth = 0): string {
    if (depth > MAX_DEPTH) return "...";
    const type = this.type(id);
    const inner = (t: number): string => this.describe(t, depth + 1);
    switch (type.kind) {
      case "void":
        return "void";
      case "ptr":
        return `${inner(type.type)} *`;
      case "array":
        return `${inner(type.type)}[${type.length}]`;
      case "struct":
      case "union":
      case "enum":
      case "enum64":
        return `${type.kind === "enum64" ? "enum" : type.kind} ${type.name || "(nameless)"}`;
      case "fwd":
        return `${type.union ? "union" : "struct"} ${type.name}`;
      case "const":
      case "volatile":
      case "restrict":
        return `${type.kind} ${inner(type.type)}`;
      case "type_tag":
        return inner(type.type);
      case "func_proto":
        return `${inner(type.type)} (${type.params.map((p) => inner(p.type)).join(", ")})`;
      default:
        return type.name || type.kind;
    }
  }
}

/** Member of a struct; `offset` and `size` in bytes. A bit field also says its bits from `offset` on. */
export interface Member {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly bitField?: { readonly bits: number; readonly shift: number };
}
