import type { Btf, Member } from "./btf.js";
import type { MapDefinition } from "./map-definitions.js";

const MAX_DEPTH = 32;

/** A map with the BTF that its types are in. */
export interface TypedMap {
  readonly map: MapDefinition;
  readonly btf?: Btf;
}

/**
 * Compares two maps that are to be one (design D7): type, sizes, entries, flags, and the layout of key and value.
 *
 * @returns every difference, e.g. "value.window: offset 4 changed to 8"; empty when they fit
 */
export function compareMaps(before: TypedMap, after: TypedMap): string[] {
  const { map: a } = before;
  const { map: b } = after;
  const numbers = [
    ["type", a.type, b.type],
    ["key_size", a.keySize, b.keySize],
    ["value_size", a.valueSize, b.valueSize],
    ["max_entries", a.maxEntries, b.maxEntries],
    ["flags", a.flags, b.flags],
  ] as const;
  const differences = numbers
    .filter(([, x, y]) => x !== y)
    .map(([name, x, y]) => `${name}: ${x} changed to ${y}`);
  for (const part of ["key", "value"] as const) {
    const x = part === "key" ? a.keyType : a.valueType;
    const y = part === "key" ? b.keyType : b.valueType;
    if (x === undefined || y === undefined || !before.btf || !after.btf) continue;
    differences.push(...compareTypes(before.btf, x, after.btf, y, part));
  }
  return differences;
}

/**
 * Compares the memory layout of two types. Names of types and typedefs do not count, names of members do.
 *
 * @param path what the types are of, for the messages
 * @returns every difference; empty when a program cannot tell them apart
 */
export function compareTypes(a: Btf, idA: number, b: Btf, idB: number, path: string, depth = 0): string[] {
  if (depth > MAX_DEPTH) return [`${path}: nested too deeply to compare`];
  const x = a.resolve(idA);
  const y = b.resolve(idB);
  const changed = [`${path}: ${a.describe(idA)} changed to ${b.describe(idB)}`];
  if ((x.kind === "struct" && y.kind === "struct") || (x.kind === "union" && y.kind === "union")) {
    const size = x.size === y.size ? [] : [`${path}: size ${x.size} changed to ${y.size}`];
    return [...size, ...compareMembers(a, a.members(idA), b, b.members(idB), path, depth)];
  }
  if (x.kind === "array" && y.kind === "array") {
    const length = x.length === y.length ? [] : [`${path}: length ${x.length} changed to ${y.length}`];
    return [...length, ...compareTypes(a, x.type, b, y.type, `${path}[]`, depth + 1)];
  }
  if (x.kind === "int" && y.kind === "int") {
    return x.size === y.size && x.signed === y.signed && x.bool === y.bool && x.bits === y.bits
      ? []
      : changed;
  }
  const enumeration = (t: typeof x): t is Extract<typeof x, { kind: "enum" | "enum64" }> =>
    t.kind === "enum" || t.kind === "enum64";
  if (enumeration(x) && enumeration(y)) {
    const size = x.size === y.size ? [] : [`${path}: size ${x.size} changed to ${y.size}`];
    return [...size, ...compareEnums(x.values, y.values, path)];
  }
  if (x.kind === "float" && y.kind === "float") return x.size === y.size ? [] : changed;
  if (x.kind === "fwd" && y.kind === "fwd") return x.name === y.name ? [] : changed;
  // what a pointer in a map points at is no part of the map's layout
  return x.kind === y.kind && (x.kind === "ptr" || x.kind === "void") ? [] : changed;
}

function compareMembers(
  a: Btf,
  before: readonly Member[],
  b: Btf,
  after: readonly Member[],
  path: string,
  depth: number,
): string[] {
  const others = new Map(after.map((m) => [m.name, m]));
  const own = new Set(before.map((m) => m.name));
  const differences = before.flatMap((m) => {
    const at = `${path}.${m.name}`;
    const other = others.get(m.name);
    if (!other) return [`${at}: removed`];
    const moved = m.offset === other.offset ? [] : [`${at}: offset ${m.offset} changed to ${other.offset}`];
    const bits =
      JSON.stringify(m.bitField) === JSON.stringify(other.bitField) ? [] : [`${at}: bit field changed`];
    return [...moved, ...bits, ...compareTypes(a, m.type, b, other.type, at, depth + 1)];
  });
  const added = after
    .filter((m) => !own.has(m.name))
    .map((m) => `${path}.${m.name}: added at offset ${m.offset}`);
  return [...differences, ...added];
}

function compareEnums(
  before: readonly { name: string; value: bigint }[],
  after: readonly { name: string; value: bigint }[],
  path: string,
): string[] {
  const others = new Map(after.map((v) => [v.name, v.value]));
  const own = new Set(before.map((v) => v.name));
  return [
    ...before.flatMap(({ name, value }) => {
      const other = others.get(name);
      if (other === undefined) return [`${path}: ${name} removed`];
      return other === value ? [] : [`${path}: ${name} = ${value} changed to ${other}`];
    }),
    // a value more than before can only be misread by old code that meets it, so it counts
    ...after.filter((v) => !own.has(v.name)).map((v) => `${path}: ${v.name} = ${v.value} added`),
  ];
}
