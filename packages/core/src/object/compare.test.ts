import { expect, test } from "vitest";
import { BtfWriter } from "./btf-fixture.js";
import { Btf } from "./btf.js";
import { compareMaps, compareTypes, type TypedMap } from "./compare.js";
import { mapDefinitions } from "./map-definitions.js";

interface Shape {
  readonly entries?: number;
  readonly windowAt?: number;
  readonly extra?: boolean;
  readonly signed?: boolean;
  readonly words?: number;
  readonly typedef?: boolean;
}

/** An object's BTF with one map `flows`: key u32, value { window; list[] }. */
function object(shape: Shape = {}): TypedMap {
  const w = new BtfWriter();
  const u32 = w.int("unsigned int", 4, shape.signed ?? false);
  const key = shape.typedef ? w.add("__u32", 8, 0, u32) : u32;
  const members: [string, number, number][] = [
    ["window", u32, shape.windowAt ?? 4],
    ["list", w.array(u32, shape.words ?? 2), 8],
  ];
  if (shape.extra) members.push(["extra", u32, 20]);
  const value = w.struct("value", 24, members);
  const declaration = w.struct("", 40, [
    ["type", w.uint(1), 0],
    ["max_entries", w.uint(shape.entries ?? 1), 8],
    ["map_flags", w.uint(1024), 16],
    ["key", w.pointer(key), 24],
    ["value", w.pointer(value), 32],
  ]);
  const variable = w.add("flows", 14, 0, declaration, [1]);
  w.add(".maps", 15, 1, 40, [variable, 0, 40]);
  const btf = new Btf(w.bytes());
  const [map] = mapDefinitions(btf);
  if (!map) throw new Error("no map");
  return { map, btf };
}

test("map declarations are read", () => {
  expect(object().map).toMatchObject({
    name: "flows",
    type: 1,
    keySize: 4,
    valueSize: 24,
    maxEntries: 1,
    flags: 1024,
  });
});

test("equal maps fit, whatever their typedefs are called", () => {
  expect(compareMaps(object(), object())).toEqual([]);
  expect(compareMaps(object(), object({ typedef: true }))).toEqual([]);
});

test("every difference is reported at once", () => {
  expect(compareMaps(object(), object({ entries: 2, windowAt: 0, extra: true, words: 3 }))).toEqual([
    "max_entries: 1 changed to 2",
    "value.window: offset 4 changed to 0",
    "value.list: length 2 changed to 3",
    "value.extra: added at offset 20",
  ]);
  expect(compareMaps(object({ extra: true }), object())).toEqual(["value.extra: removed"]);
});

test("a changed sign is a changed type", () => {
  expect(compareMaps(object(), object({ signed: true }))).toContain(
    "value.window: unsigned int changed to unsigned int",
  );
});

test("maps without BTF are compared by their numbers", () => {
  const { map } = object();
  expect(compareMaps({ map }, { map: { ...map, valueSize: 99, flags: 0 } })).toEqual([
    "value_size: 24 changed to 99",
    "flags: 1024 changed to 0",
  ]);
});

test("enums are compared by their values", () => {
  const make = (...values: [string, number][]): [Btf, number] => {
    const w = new BtfWriter();
    const id = w.add(
      "e",
      6,
      values.length,
      4,
      values.flatMap(([name, value]) => [w.name(name), value]),
    );
    return [new Btf(w.bytes()), id];
  };
  const [a, idA] = make(["A", 1], ["B", 2], ["C", 3]);
  const [b, idB] = make(["A", 1], ["B", 3], ["D", 4]);
  expect(compareTypes(a, idA, b, idB, "state")).toEqual([
    "state: B = 2 changed to 3",
    "state: C removed",
    "state: D = 4 added",
  ]);
});
