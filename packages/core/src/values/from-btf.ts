import type { Btf, Member } from "../object/btf.js";
import type { IntegerType, ValueField, ValueType } from "./types.js";

const MAX_DEPTH = 16;
const NETWORK_ORDER: Readonly<Record<string, number>> = { __be16: 2, __be32: 4, __be64: 8 };
const ADDRESSES: Readonly<Record<string, number>> = { emptcp_addr4: 4, emptcp_addr6: 16 };
const ADDRESS_STRUCTS: Readonly<Record<string, number>> = { in_addr: 4, in6_addr: 16 };

/**
 * Describes a type of an object or of the kernel as data. Names of typedefs say what BTF does not: `__be16`,
 * `__be32`, `__be64`, `emptcp_addr4`, `emptcp_addr6`, `emptcp_mac`.
 *
 * @throws ObjectError when the BTF is damaged
 */
export function valueTypeOf(btf: Btf, id: number, depth = 0): ValueType {
  const raw = (): ValueType => ({ kind: "raw", size: btf.size(id), c: btf.describe(id) });
  if (depth > MAX_DEPTH) return raw();
  const named = byName(btf, id);
  if (named) return named;
  const type = btf.resolve(id);
  switch (type.kind) {
    case "int":
      if (type.size > 8) return raw();
      if (type.bool) return { kind: "bool", size: type.size };
      return { kind: type.signed ? "int" : "uint", size: type.size, order: "host" };
    case "enum":
    case "enum64":
      return {
        kind: "enum",
        size: type.size,
        signed: type.signed || type.values.some((v) => v.value < 0n),
        names: type.values.map((v) => [v.name, `${v.value}`] as const),
      };
    case "array":
      return arrayType(btf, type.type, type.length, depth) ?? raw();
    case "struct":
      return {
        kind: "struct",
        size: type.size,
        name: type.name,
        fields: btf
          .members(id)
          .filter((m) => m.name !== "" && m.size > 0)
          .map((m) => field(btf, m, depth + 1)),
      };
    default:
      return raw();
  }
}

/** Follows typedefs and qualifiers until a name says what is meant. */
function byName(btf: Btf, id: number): ValueType | undefined {
  for (let at = id, depth = 0; depth < MAX_DEPTH; depth++) {
    const type = btf.type(at);
    if (type.kind === "struct") {
      const size = ADDRESS_STRUCTS[type.name];
      return size === type.size ? { kind: "ip", size } : undefined;
    }
    if (type.kind === "typedef") {
      const size = btf.size(at);
      if (ADDRESSES[type.name] === size) return { kind: "ip", size };
      if (type.name === "emptcp_mac" && size === 6) return { kind: "mac", size };
      if (NETWORK_ORDER[type.name] === size) return { kind: "uint", size, order: "network" };
    } else if (!["const", "volatile", "restrict", "type_tag"].includes(type.kind)) {
      return undefined;
    }
    at = (type as { readonly type: number }).type;
  }
  return undefined;
}

function arrayType(btf: Btf, element: number, length: number, depth: number): ValueType | undefined {
  const inner = btf.resolve(element);
  const size = length === 0 ? 0 : length * btf.size(element);
  if (inner.kind === "int" && inner.size === 1 && !inner.bool && !byName(btf, element)) {
    // `char` is signed here, `__u8` is not; both are called by their base type
    if (inner.name === "char") return { kind: "text", size };
    if (!inner.signed) return { kind: "raw", size, c: `${inner.name}[${length}]` };
  }
  return { kind: "array", size, length, of: valueTypeOf(btf, element, depth + 1) };
}

function field(btf: Btf, member: Member, depth: number): ValueField {
  const { name, offset, bitField } = member;
  const type = valueTypeOf(btf, member.type, depth);
  if (!bitField) return { name, offset, type };
  const { bits, shift } = bitField;
  const size = Math.ceil((bits + shift) / 8);
  const kind = type.kind === "int" ? "int" : "uint";
  const narrow: IntegerType = { kind, size, order: "host", bits, shift };
  return { name, offset, type: narrow };
}
