import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setWindow } from "../../test/support/modules.js";
import { EmptcpError, ProblemsError } from "../errors.js";
import type { ManifestParam } from "../module/types.js";
import { checkParams } from "./check.js";
import { decodeParams, encodeParams } from "./encode.js";
import { kindOf, paramAlign, paramSchema, paramSize } from "./kinds.js";
import { paramsSchema } from "./schema.js";
import { PARAM_KINDS, ParamRefusal, type Json, type ParamDescriptor } from "./types.js";

const d = (kind: ParamDescriptor["kind"], more: Partial<ParamDescriptor> = {}): ParamDescriptor => ({
  kind,
  description: "for tests",
  ...more,
});

function roundTrip(descriptor: ParamDescriptor, input: unknown): { hex: string; text: Json } {
  const kind = kindOf(descriptor);
  const value = kind.parse(input, descriptor);
  if (value instanceof ParamRefusal) throw new Error(`refused: ${value.expected}; ${value.hint ?? ""}`);
  const out = Buffer.alloc(kind.size(descriptor) + 2, 0xee);
  kind.encode(value, descriptor, out, 1, { ifindex: (name) => (name === "eth0" ? 7 : undefined) });
  expect([out[0], out[out.length - 1]]).toEqual([0xee, 0xee]);
  return { hex: out.toString("hex", 1, out.length - 1), text: kind.decode(out, 1, descriptor) };
}

const refusal = (descriptor: ParamDescriptor, input: unknown): ParamRefusal | undefined => {
  const value = kindOf(descriptor).parse(input, descriptor);
  return value instanceof ParamRefusal ? value : undefined;
};

const values = { low: 0, high: 3 };
const wide = { a: 1, b: 256 };

describe("kinds of parameters", () => {
  it.each<[ParamDescriptor, unknown, string, Json]>([
    [d("u8"), 255, "ff", 255],
    [d("u16"), 1000, "e803", 1000],
    [d("u32"), 4294967295, "ffffffff", 4294967295],
    [d("u64"), "0x10", "1000000000000000", 16],
    [d("u64"), 2n ** 64n - 1n, "ffffffffffffffff", "18446744073709551615"],
    [d("ip"), "10.0.0.1", "00000000000000000000ffff0a000001", "10.0.0.1"],
    [d("ip", { family: 4 }), "10.0.0.1", "0a000001", "10.0.0.1"],
    [d("ip", { family: 6 }), "FD00::1", "fd000000000000000000000000000001", "fd00::1"],
    [d("prefix"), "10.0.0.0/8", "00000000000000000000ffff0a00000068000000", "10.0.0.0/8"],
    [d("prefix"), "fd00::/16", `fd00${"00".repeat(14)}10000000`, "fd00::/16"],
    [d("prefix", { family: 4 }), "10.0.0.0/8", "0a00000008000000", "10.0.0.0/8"],
    [d("prefix", { family: 6 }), "::/0", `${"00".repeat(20)}`, "::/0"],
    [d("mac"), "02:00:00:00:AB:01", "02000000ab01", "02:00:00:00:ab:01"],
    [d("mac"), "02-00-00-00-ab-01", "02000000ab01", "02:00:00:00:ab:01"],
    [d("ports", { length: 2 }), "443,8000-8100", "02000000bb01bb01401fa41f", "443,8000-8100"],
    [d("ports", { length: 2 }), 443, "01000000bb01bb0100000000", "443"],
    [d("rate"), "20Mbit", "002d310100000000", "20Mbit"],
    [d("rate"), "2.5 Mbit/s", "a025260000000000", "2500kbit"],
    [d("rate"), "1MB/s", "00127a0000000000", "8Mbit"],
    [d("rate"), "1kibit", "0004000000000000", "1024bit"],
    [d("bytes"), "100kB", "a086010000000000", "100kB"],
    [d("bytes"), 1500, "dc05000000000000", "1500B"],
    [d("bytes"), "64KiB", "0000010000000000", "64KiB"],
    [d("bytes"), "1.5k", "dc05000000000000", "1500B"],
    [d("duration"), "30s", "00ac23fc06000000", "30s"],
    [d("duration"), "1m30s", "0004 6bf4 1400 0000".replaceAll(" ", ""), "90s"],
    [d("duration"), "1.5ms", "60e3160000000000", "1500us"],
    [d("duration"), 0, "0000000000000000", "0ns"],
    [d("fraction"), "1/10", "010000000a000000", "1/10"],
    [d("fraction"), "2.5%", "0100000028000000", "1/40"],
    [d("fraction"), 0.75, "0300000004000000", "3/4"],
    [d("fraction"), 1, "0100000001000000", "1/1"],
    [d("token"), "8f1c2a3b", "3b2a1c8f", "8f1c2a3b"],
    [d("token"), "0x2A", "2a000000", "0000002a"],
    [d("iface"), "eth0", "07000000", 7],
    [d("iface"), 3, "03000000", 3],
    [d("enum", { values }), "high", "03", "high"],
    [d("enum", { values: wide }), "b", "00010000", "b"],
    [d("bool"), true, "01", true],
    [d("list", { of: d("u16"), length: 3 }), [1, 2], "0200000001000200000000 00".replaceAll(" ", ""), [1, 2]],
    [d("list", { of: d("u64"), length: 1 }), 5, "01000000000000000500000000000000", [5]],
  ])("$0.kind reads $1", (descriptor, input, hex, text) => {
    const padded = hex.padEnd(paramSize(descriptor) * 2, "0");
    expect(roundTrip(descriptor, input)).toEqual({ hex: padded, text });
    expect(paramSize(descriptor) % paramAlign(descriptor)).toBe(0);
  });

  it.each<[ParamDescriptor, unknown, RegExp]>([
    [d("u16", { min: 1 }), "1600", /^an integer in 1\.\.65535$/],
    [d("u16", { min: 1, max: 10, unit: "bytes" }), 0, /^an integer in 1\.\.10 \(bytes\)$/],
    [d("u8"), 256, /0\.\.255/],
    [d("u8"), 1.5, /integer/],
    [d("u8"), -1, /integer/],
    [d("u64"), 2 ** 60, /integer/],
    [d("u64"), "18446744073709551616", /18446744073709551615/],
    [d("u64"), "1e3", /integer/],
    [d("ip"), "10.0.0", /an IP address/],
    [d("ip", { family: 4 }), "::1", /an IPv4 address/],
    [d("ip"), 1, /an IP address/],
    [d("prefix"), "10.0.0.1/8", /without host bits/],
    [d("prefix", { family: 6 }), "10.0.0.0/8", /IPv6/],
    [d("mac"), "02:00-00:00:00:01", /MAC/],
    [d("mac"), 2, /MAC/],
    [d("ports", { length: 1 }), "80,443", /at most 1 ranges/],
    [d("rate"), 20, /a rate such as "20Mbit"/],
    [d("rate", { min: "1Mbit", max: "1Gbit" }), "10kbit", /at least 1Mbit, at most 1Gbit/],
    [d("rate"), "20Mbps", /a rate/],
    [d("rate"), "1.5bit", /a rate/],
    [d("rate"), "20 potatoes", /a rate/],
    [d("bytes"), "-5", /bytes/],
    [d("bytes"), "5ib", /bytes/],
    [d("bytes", { max: 10 }), 11, /at most 10B/],
    [d("duration"), 30, /a duration/],
    [d("duration"), "30", /a duration/],
    [d("duration"), "1m30x", /a duration/],
    [d("duration"), "1x30s", /a duration/],
    [d("fraction"), 0, /more than 0/],
    [d("fraction"), "3/2", /at most 1/],
    [d("fraction"), "1/0", /at most 1/],
    [d("fraction"), "101%", /at most 1/],
    [d("fraction"), "1/7", /product of ten 2s, two 3s and six 5s/],
    [d("token"), "0", /as ss and ip mptcp print it/],
    [d("token"), "123456789", /a token in hexadecimal/],
    [d("iface"), "a/b", /interface name/],
    [d("iface"), "x".repeat(16), /interface name/],
    [d("iface"), "..", /interface name/],
    [d("iface"), 0, /interface name/],
    [d("enum", { values }), "mid", /one of low or high/],
    [d("enum", { values }), "constructor", /one of/],
    [d("bool"), 1, /true or false/],
    [d("list", { of: d("u8"), length: 1 }), [1, 2], /at most 1/],
    [d("list", { of: d("u8") }), [1, 300], /each an integer in 0\.\.255/],
  ])("$0.kind refuses $1", (descriptor, input, expected) => {
    expect(refusal(descriptor, input)?.expected).toMatch(expected);
  });

  it.each([
    ["rate", "20 mb", 'did you mean "20Mbit" or "20MB/s"?'],
    ["rate", "20 KiB", 'did you mean "20Kibit" or "20KiB/s"?'],
    ["rate", 20, 'say the unit, e.g. "20Mbit" or "20kbit"'],
    ["rate", "20 potatoes", "units are bit, kbit, Mbit, Gbit, and B/s, kB/s, MB/s"],
    ["duration", 30, 'say the unit, e.g. "30s" or "30ms"'],
    ["duration", "30 S", 'did you mean "30s"?'],
    ["duration", "3 weeks", "units are ns, us, ms, s, m or min, h, d"],
    ["fraction", "1/7", 'the nearest that can be drawn is "143/1000" (14.3%)'],
    ["fraction", 0.33333, 'the nearest that can be drawn is "1/3" (33.33%)'],
    ["token", 12345678, "put it in quotes: without them it is a decimal number"],
    ["bytes", "5 kbit", "this is a number of bytes; bits are for rates"],
    ["bytes", "5 pounds", "units are B, kB, MB, GB (powers of 1000) and KiB, MiB, GiB (powers of 1024)"],
  ] as const)("of kind %s refuses %j: %s", (kind, input, hint) => {
    expect(refusal(d(kind), input)?.hint).toBe(hint);
  });

  it.each([
    ["rate", "1kbit", "1kbit"],
    ["rate", "1.5Gbit", "1500Mbit"],
    ["rate", "1 Kibit/s", "1024bit"],
    ["duration", "2 minutes", "2m"],
    ["duration", "1 h 30 min", "90m"],
    ["duration", "250 ms", "250ms"],
    ["bytes", "64 kib", "64KiB"],
    ["bytes", "1.5 GB", "1500MB"],
  ] as const)("of kind %s reads %j as %s", (kind, input, text) => {
    expect(roundTrip(d(kind), input).text).toBe(text);
  });

  it("says what to write instead", () => {
    expect(refusal(d("rate"), "20Mbps")?.hint).toContain('"Mbit" for bits');
    expect(refusal(d("ip"), "fe80::1%eth0")?.hint).toContain("zone");
    expect(refusal(d("prefix"), "10.0.0.1/8")?.hint).toBe(
      'write "10.0.0.0/8", or "10.0.0.1" for the one address',
    );
    expect(refusal(d("list", { of: d("prefix") }), ["10.0.0.1/8"])?.hint).toContain("item 0");
  });

  it("names the word that was meant", () => {
    expect(refusal(d("enum", { values }), "hihg")?.hint).toBe(undefined);
    expect(refusal(d("enum", { values }), "hig")?.hint).toBe('did you mean "high"?');
    expect(refusal(d("list", { of: d("enum", { values }) }), ["Low", "lo"])?.hint).toBe(
      'item 0 is "Low": did you mean "low"?',
    );
  });

  it("prints numbers that no name stands for", () => {
    expect(kindOf(d("enum")).decode(Buffer.from([9]), 0, d("enum", { values }))).toBe(9);
  });

  it("has a JSON schema for each kind", () => {
    for (const kind of PARAM_KINDS) {
      const schema = paramSchema(d(kind, { of: d("u8"), values, default: 1 }));
      expect(schema, kind).toMatchObject({ description: "for tests", default: 1 });
      expect(Object.keys(schema).length, kind).toBeGreaterThan(2);
    }
    expect(paramsSchema(setWindow.params)).toMatchObject({
      required: ["window"],
      additionalProperties: false,
    });
  });

  it("says in words what each kind accepts", () => {
    for (const kind of PARAM_KINDS) {
      const descriptor = d(kind, { of: d("u8"), values });
      expect(kindOf(descriptor).expected(descriptor), kind).toMatch(/^\S.{8,}/);
    }
    const schema = { module: "m", params: [{ ...d("mac"), name: "to" }] };
    expect(checkParams(schema, {}).map((p) => p.message)).toEqual(['m: parameter "to" is missing']);
  });

  it("keeps values through text and bytes", () => {
    const anyValue: fc.Arbitrary<[ParamDescriptor, unknown]> = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((v): [ParamDescriptor, unknown] => [d("u64"), v]),
      fc.nat().map((v): [ParamDescriptor, unknown] => [d("u32"), v]),
      fc.ipV4().map((v): [ParamDescriptor, unknown] => [d("ip"), v]),
      fc.ipV6().map((v): [ParamDescriptor, unknown] => [d("ip"), v]),
      fc.nat(2 ** 40).map((v): [ParamDescriptor, unknown] => [d("bytes"), v]),
      fc.nat(2 ** 40).map((v): [ParamDescriptor, unknown] => [d("rate"), `${v}bit`]),
      fc.nat(2 ** 40).map((v): [ParamDescriptor, unknown] => [d("duration"), `${v}us`]),
      fc
        .array(fc.nat(65535), { minLength: 1, maxLength: 8 })
        .map((v): [ParamDescriptor, unknown] => [d("ports"), v]),
      fc
        .array(fc.nat(255), { maxLength: 8 })
        .map((v): [ParamDescriptor, unknown] => [d("list", { of: d("u8") }), v]),
    );
    fc.assert(
      fc.property(anyValue, ([descriptor, input]) => {
        const first = roundTrip(descriptor, input);
        expect(roundTrip(descriptor, first.text)).toEqual(first);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("encodeParams", () => {
  const params: ManifestParam[] = [
    { ...d("u16"), name: "window", offset: 0, size: 2 },
    { ...d("u8", { default: 9 }), name: "level", offset: 3, size: 1 },
    { ...d("iface", { default: 1 }), name: "out", offset: 4, size: 4 },
  ];
  const manifest = { module: "m", params, paramsSize: 8 };

  it("lays parameters out as the manifest says and reads them back", () => {
    const bytes = encodeParams(manifest, { window: 513 });
    expect(bytes.toString("hex")).toBe("0102000901000000");
    expect(decodeParams(manifest, new Uint8Array(bytes))).toEqual({ window: 513, level: 9, out: 1 });
  });

  it("throws the one problem, or all of them", () => {
    expect(() => encodeParams(manifest, { window: "1" })).toThrow(
      'm: window: expected an integer in 0..65535, got "1"',
    );
    expect(() => encodeParams(manifest, {})).toThrow('m: parameter "window" is missing');
    expect(() => encodeParams(manifest, { windw: 1, level: 300 })).toThrow(ProblemsError);
    expect(() => encodeParams(manifest, { window: 1, out: "eth9" })).toThrow(EmptcpError);
    expect(() => encodeParams(manifest, { window: 1, toString: 1 })).toThrow(/unknown parameter "toString"/);
    try {
      encodeParams(manifest, { window: 1, levl: 2 });
    } catch (error) {
      expect((error as EmptcpError).hint).toBe('m has window, level and out; did you mean "level"?');
    }
  });
});
