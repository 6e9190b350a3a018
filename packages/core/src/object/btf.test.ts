import fc from "fast-check";
import { expect, test } from "vitest";
import { BtfWriter } from "./btf-fixture.js";
import { Btf } from "./btf.js";
import { ObjectError } from "./object-error.js";

test("every kind is read", () => {
  const w = new BtfWriter();
  const u16 = w.int("unsigned short", 2);
  const s32 = w.int("int", 4, true);
  const alias = w.add("__u16", 8, 0, u16);
  const constant = w.add("", 10, 0, alias);
  const tagged = w.add("rcu", 18, 0, constant);
  const inner = w.struct(
    "",
    4,
    [
      ["x", u16, 0],
      ["y", u16, 2],
    ],
    5,
  );
  const outer = w.struct("outer", 16, [
    ["a", s32, 0],
    ["", inner, 4],
    ["list", w.array(tagged, 4), 8],
  ]);
  const colour = w.add("colour", 6, 2, 4, [w.name("RED"), 0xffff_ffff, w.name("BLUE"), 5], true);
  const big = w.add("big", 19, 1, 8, [w.name("HUGE"), 1, 0x8000_0000]);
  const fwd = w.add("later", 7, 0, 0);
  const proto = w.add("", 13, 1, s32, [w.name("ctx"), w.pointer(outer)]);
  const func = w.add("run", 12, 1, proto);
  const variable = w.add("value", 14, 0, outer, [1]);
  w.add(".data", 15, 1, 16, [variable, 0, 16]);
  const float = w.add("double", 16, 0, 8);
  const tag = w.add("note", 17, 0, outer, [0xffff_ffff]);

  const btf = new Btf(w.bytes());
  expect(btf.size(outer)).toBe(16);
  expect(btf.size(variable)).toBe(16);
  expect(btf.resolveId(tagged)).toBe(u16);
  expect(btf.members(outer).map((m) => [m.name, m.offset, m.size])).toEqual([
    ["a", 0, 4],
    ["x", 4, 2],
    ["y", 6, 2],
    ["list", 8, 8],
  ]);
  expect(btf.type(colour)).toMatchObject({
    signed: true,
    values: [
      { name: "RED", value: -1n },
      { name: "BLUE", value: 5n },
    ],
  });
  expect(btf.type(big)).toMatchObject({ values: [{ name: "HUGE", value: 0x8000_0000_0000_0001n }] });
  expect(btf.type(fwd)).toEqual({ kind: "fwd", name: "later", union: false });
  expect(btf.type(func)).toMatchObject({ kind: "func", linkage: "global", type: proto });
  expect(btf.named(".data", "datasec")?.variables).toEqual([{ type: variable, offset: 0, size: 16 }]);
  expect(btf.type(float)).toMatchObject({ size: 8 });
  expect(btf.type(tag)).toMatchObject({ component: -1 });
  expect(btf.find("outer", "struct")).toBe(outer);
  expect(btf.find("outer", "union")).toBeUndefined();
  expect(btf.describe(tagged)).toBe("const __u16");
  expect(() => btf.size(fwd)).toThrow("has no size");
  expect(() => btf.members(u16)).toThrow("has no members");
  expect(() => btf.type(999)).toThrow("type 999");
});

test("bit fields tell their bits", () => {
  const w = new BtfWriter();
  const u32 = w.int("u32", 4);
  const flags = w.add(
    "flags",
    4,
    2,
    4,
    [w.name("low"), u32, (3 << 24) | 0, w.name("high"), u32, (5 << 24) | 11],
    true,
  );
  expect(new Btf(w.bytes()).members(flags)).toEqual([
    { name: "low", type: u32, offset: 0, size: 4, bitField: { bits: 3, shift: 0 } },
    { name: "high", type: u32, offset: 1, size: 4, bitField: { bits: 5, shift: 3 } },
  ]);
});

test("types that refer to themselves do not hang", () => {
  const w = new BtfWriter();
  const loop = w.add("loop", 8, 0, 1);
  const array = w.add("", 3, 0, 0, [2, 2, 4]);
  const struct = w.struct("", 4, [["", 3, 0]]);
  const btf = new Btf(w.bytes());
  expect(() => btf.resolve(loop)).toThrow("refers to itself");
  expect(() => btf.size(array)).toThrow("contains itself");
  expect(() => btf.members(struct)).toThrow("nested too deeply");
  expect(() => btf.describe(array)).not.toThrow();
});

test("damage is found, never followed", () => {
  const w = new BtfWriter();
  w.struct("s", 8, [["a", w.int("int", 4), 0]]);
  const good = w.bytes();
  expect(() => new Btf(Buffer.alloc(10))).toThrow(ObjectError);
  expect(() => new Btf(good.subarray(0, good.length - 1))).toThrow(ObjectError);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      (edits) => {
        const bad = Buffer.from(good);
        for (const [at, value] of edits) bad[at] = value;
        try {
          const btf = new Btf(bad);
          btf.types.forEach((_, id) => {
            btf.describe(id);
            btf.size(id);
          });
        } catch (error) {
          expect(error).toBeInstanceOf(ObjectError);
        }
      },
    ),
  );
});
