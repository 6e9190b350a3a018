import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Rules } from "../module/manifest-rules.js";
import { checkValueType } from "./check.js";
import { decodeValue } from "./decode.js";
import { encodeValue, type ValueProblem } from "./encode.js";
import type { Value, ValueType } from "./types.js";
import { typeScriptOf } from "./typescript.js";

const struct = (fields: Extract<ValueType, { kind: "struct" }>["fields"], size: number): ValueType => ({
  ...{ kind: "struct", name: "s", size, fields },
});
const flow = struct(
  [
    { name: "src", offset: 0, type: { kind: "ip", size: 16 } },
    { name: "dst", offset: 16, type: { kind: "ip", size: 16 } },
    { name: "sport", offset: 32, type: { kind: "uint", size: 2, order: "network" } },
    { name: "dport", offset: 34, type: { kind: "uint", size: 2, order: "network" } },
  ],
  36,
);

function encode(type: ValueType, input: unknown): Buffer | string[] {
  const problems: ValueProblem[] = [];
  const bytes = encodeValue(type, input, problems);
  return problems.length === 0 ? bytes : problems.map((p) => `${p.path}: ${p.expected}`);
}

it("an IPv4 address is mapped, ports are in network byte order", () => {
  const bytes = encode(flow, { src: "10.0.2.1", sport: 8080, dst: "10.0.100.1", dport: 513 }) as Buffer;
  expect(bytes.toString("hex")).toBe(`${"00".repeat(10)}ffff0a000201${"00".repeat(10)}ffff0a0064011f900201`);
  expect(decodeValue(flow, bytes)).toEqual({ src: "10.0.2.1", sport: 8080, dst: "10.0.100.1", dport: 513 });
});

/** Types and values that fit them. */
const typed: fc.Arbitrary<readonly [ValueType, Value]> = fc.letrec<{ any: readonly [ValueType, Value] }>(
  (tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc
        .record({
          size: fc.integer({ min: 1, max: 8 }),
          signed: fc.boolean(),
          network: fc.boolean(),
          value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        })
        .map(({ size, signed, network, value }) => {
          const wide = signed ? BigInt.asIntN(8 * size, value) : BigInt.asUintN(8 * size, value);
          const kind = signed && !network ? "int" : "uint";
          const fitting = kind === "int" ? wide : BigInt.asUintN(8 * size, value);
          const type: ValueType = { kind, size, order: network ? "network" : "host" };
          return [type, size <= 6 ? Number(fitting) : fitting] as const;
        }),
      fc.ipV4().map((text) => [{ kind: "ip", size: 4 }, text] as const),
      fc.boolean().map((yes) => [{ kind: "bool", size: 1 }, yes] as const),
      fc
        .uint8Array({ minLength: 1, maxLength: 20 })
        .map((b) => [{ kind: "raw", size: b.length, c: "x" }, Buffer.from(b)] as const),
      fc
        .string({ maxLength: 6, unit: "grapheme" })
        .filter((s) => !s.includes("\0") && Buffer.from(Buffer.from(s).toString()).equals(Buffer.from(s)))
        .map((s) => [{ kind: "text", size: 40 }, s] as const),
      tie("any").map(
        ([of, value]) =>
          [{ kind: "array", size: 3 * of.size, length: 3, of }, [value, value, value]] as const,
      ),
      fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map((members) => {
        let offset = 0;
        const fields = members.map(([type], i) => {
          const field = { name: `m${i}`, offset, type };
          offset += type.size + 1;
          return field;
        });
        return [
          struct(fields, offset),
          Object.fromEntries(members.map(([, value], i) => [`m${i}`, value])),
        ] as const;
      }),
    ),
  }),
).any;

describe("any type", () => {
  it("gives back what was stored in it, and is well described", () => {
    fc.assert(
      fc.property(typed, ([type, value]) => {
        const bytes = encode(type, value);
        expect(bytes).toBeInstanceOf(Buffer);
        expect(decodeValue(type, bytes as Buffer)).toEqual(value);
        const rules = new Rules();
        checkValueType(rules, "type", JSON.parse(JSON.stringify(type)));
        expect(rules.problems).toEqual([]);
        expect(typeScriptOf(type)).not.toContain("undefined");
      }),
    );
  });

  it("survives any input", () => {
    fc.assert(
      fc.property(typed, fc.anything(), ([type], input) => {
        const result = encode(type, input);
        if (result instanceof Buffer) expect(result.length).toBe(type.size);
      }),
    );
  });
});

describe("bit fields", () => {
  const bits = struct(
    [
      { name: "low", offset: 0, type: { kind: "uint", size: 1, order: "host", bits: 3, shift: 0 } },
      { name: "mid", offset: 0, type: { kind: "int", size: 2, order: "host", bits: 7, shift: 3 } },
      { name: "top", offset: 1, type: { kind: "uint", size: 1, order: "host", bits: 6, shift: 2 } },
    ],
    2,
  );

  it("share bytes", () => {
    const value = { low: 5, mid: -64, top: 63 };
    const bytes = encode(bits, value) as Buffer;
    expect(bytes.readUInt16LE()).toBe(5 | (0x40 << 3) | (63 << 10));
    expect(decodeValue(bits, bytes)).toEqual(value);
  });

  it("have ranges of their own", () => {
    expect(encode(bits, { low: 8, mid: 64, top: -1 })).toEqual([
      "low: an integer in 0..7",
      "mid: an integer in -64..63",
      "top: an integer in 0..63",
    ]);
  });
});

it("everything wrong is told at once, by its path", () => {
  expect(encode(flow, { src: "x", sport: 70000, dst: 5, extra: 1 })).toEqual([
    "extra: no other members than src, dst, sport, dport",
    "src: an IP address",
    "dst: an IP address",
    "sport: an integer in 0..65535",
    "dport: an integer in 0..65535",
  ]);
  expect(encode(flow, null)).toEqual([": an object with src, dst, sport, dport"]);
});

it("a value is never read beyond its bytes", () => {
  expect(() => decodeValue(flow, Buffer.alloc(35))).toThrow(RangeError);
  expect(() => decodeValue(flow, Buffer.alloc(36), 1)).toThrow(RangeError);
});

it.each([
  [{ kind: "uint", size: 9, order: "host" }],
  [{ kind: "uint", size: 1, order: "host", bits: 9, shift: 0 }],
  [{ kind: "ip", size: 5 }],
  [{ kind: "array", size: 8, length: 3, of: { kind: "bool", size: 1 } }],
  [
    {
      kind: "struct",
      name: "s",
      size: 1,
      fields: [{ name: "a", offset: 1, type: { kind: "bool", size: 1 } }],
    },
  ],
  [
    {
      kind: "struct",
      name: "s",
      size: 1,
      fields: ["a", "b"].map((name) => ({ name, offset: 0, type: { kind: "bool", size: 1 } })),
    },
  ],
  [{ kind: "array", size: 0, length: 65536, of: { kind: "raw", size: 0, c: "x" } }],
  [{ kind: "nothing", size: 1 }],
  [null],
  [{ kind: "enum", size: 4, signed: false, names: [["\u001b", "1"]] }],
])("a description that lies is refused: %j", (type) => {
  const rules = new Rules();
  checkValueType(rules, "type", type);
  expect(rules.problems).not.toEqual([]);
});

it("a description that is nested without end is refused", () => {
  let type: unknown = { kind: "bool", size: 1 };
  for (let i = 0; i < 100; i++) type = { kind: "array", size: 1, length: 1, of: type };
  const rules = new Rules();
  checkValueType(rules, "type", type);
  expect(rules.problems).not.toEqual([]);
});
