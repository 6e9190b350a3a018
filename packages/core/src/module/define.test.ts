import { describe, expect, it } from "vitest";
import {
  bool,
  bytes,
  duration,
  enumOf,
  iface,
  ip,
  listOf,
  mac,
  ports,
  prefix,
  rate,
  u16,
  u32,
  u64,
} from "../params/factories.js";
import { defineActor, defineSelector, keyFieldsOf } from "./define.js";

const root = new URL("file:///modules/x/");
const base = { root, symbol: "x", description: "x", hooks: ["xdp"], powers: [] } as const;

const setWindow = defineActor({
  ...base,
  module: "set-window",
  params: {
    window: u16({ description: "bytes" }),
    mode: enumOf(["cap", "set"], { description: "how", default: "set" }),
  },
});
const pass = defineActor({ ...base, module: "pass" });
const many = defineActor({
  ...base,
  module: "many",
  params: {
    big: u64({ description: "x", default: 1n }),
    speed: rate({ description: "x", default: "1Mbit" }),
    size: bytes({ description: "x", default: 1 }),
    time: duration({ description: "x", default: "1s" }),
    on: bool({ description: "x", default: false }),
    marks: listOf(u32({ description: "x" }), { description: "x", default: [], length: 4 }),
  },
});
const ipPair = defineSelector({ ...base, module: "ip-pair", ends: "address" });
const subflow = defineSelector({ ...base, module: "subflow", ends: "endpoint" });
const port = defineSelector({ ...base, module: "port", ends: "port" });
const token = defineSelector({ ...base, module: "token", params: { token: u32({ description: "x" }) } });
const tcp = defineSelector({ ...base, module: "tcp" });

describe("defineActor", () => {
  it("makes plain steps", () => {
    expect(setWindow({ window: 1000 })).toEqual({
      kind: "step",
      module: "set-window",
      params: { window: 1000 },
      root: "/modules/x/",
    });
    expect(pass()).toMatchObject({ module: "pass", params: {} });
    expect(many({ big: 2n ** 60n })).toMatchObject({ params: { big: "1152921504606846976" } });
    expect(JSON.parse(JSON.stringify(many({ on: true })))).toEqual(many({ on: true }));
  });

  it("keeps its definition for the build", () => {
    expect(setWindow.kind).toBe("actor");
    expect(setWindow.definition.params.mode).toEqual({
      kind: "enum",
      description: "how",
      default: "set",
      values: { cap: 0, set: 1 },
    });
    expect(many.definition.params.big).toEqual({ kind: "u64", description: "x", default: "1" });
  });

  it("refuses wrong, missing and misspelt parameters at compile time", () => {
    // @ts-expect-error a number, not text
    setWindow({ window: "1000" });
    // @ts-expect-error window is missing
    setWindow({});
    // @ts-expect-error the argument is missing
    setWindow();
    // @ts-expect-error misspelt
    setWindow({ windw: 1000 });
    // @ts-expect-error one too many
    setWindow({ window: 1000, other: 1 });
    // @ts-expect-error not one of the names
    setWindow({ window: 1000, mode: "cut" });
    // @ts-expect-error pass has none
    pass({ x: 1 });
    // @ts-expect-error a rate needs its unit
    many({ speed: 20 });
    // @ts-expect-error numbers only
    many({ marks: ["1"] });
    // @ts-expect-error the default must be one of the names
    enumOf(["a", "b"], { description: "x", default: "c" });
    // @ts-expect-error an unknown hook
    defineActor({ ...base, module: "y", hooks: ["tc"] });
    // @ts-expect-error an unknown power
    defineActor({ ...base, module: "y", powers: ["fly"] });
    // @ts-expect-error an actor has powers
    defineActor({ root, symbol: "x", description: "x", hooks: ["xdp"], module: "y" });
    expect(setWindow({ window: 1, mode: "cap" }).params).toEqual({ window: 1, mode: "cap" });
  });
});

describe("descriptors", () => {
  it("are plain data for every kind", () => {
    const text = { description: "x" };
    const all = [
      ip({ ...text, family: 4 }),
      prefix(text),
      mac(text),
      ports({ ...text, length: 2, default: [80, "90-99"] }),
      iface({ ...text, default: "eth0" }),
      enumOf({ low: 0, high: 9 }, text),
    ];
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
    expect(all.map((p) => p.kind)).toEqual(["ip", "prefix", "mac", "ports", "iface", "enum"]);
    expect(all[5]?.values).toEqual({ low: 0, high: 9 });
  });
});

describe("defineSelector", () => {
  it("makes plain matches", () => {
    expect(ipPair({ local: "10.0.0.1", remote: ["10.0.0.2", "10.1.0.0/16"] })).toEqual({
      kind: "match",
      module: "ip-pair",
      params: { local: "10.0.0.1", remote: ["10.0.0.2", "10.1.0.0/16"] },
      root: "/modules/x/",
    });
    expect(subflow({ between: ["10.0.0.1:1", { address: "10.0.0.2", port: [2, "3-4"] }] }).params).toEqual({
      between: ["10.0.0.1:1", { address: "10.0.0.2", port: [2, "3-4"] }],
    });
    expect(port({ remote: 443 }).params).toEqual({ remote: 443 });
    expect(token({ token: 7 }).params).toEqual({ token: 7 });
    expect(tcp().kind).toBe("match");
  });

  it("refuses wrong ends at compile time", () => {
    // @ts-expect-error neither end
    ipPair({});
    // @ts-expect-error both ways of naming the ends
    ipPair({ src: "10.0.0.1", remote: "10.0.0.2" });
    // @ts-expect-error misspelt
    ipPair({ src: "10.0.0.1", dest: "10.0.0.2" });
    // @ts-expect-error an address is no port
    port({ src: { address: "10.0.0.1" } });
    // @ts-expect-error a pair
    ipPair({ between: ["10.0.0.1"] });
    // @ts-expect-error an empty endpoint
    subflow({ src: {} });
    // @ts-expect-error tcp has no ends
    tcp({ src: "10.0.0.1" });
    // @ts-expect-error the argument is missing
    token();
    expect(subflow({ src: { port: 1 } }).params).toEqual({ src: { port: 1 } });
  });

  it("derives the members of the key", () => {
    expect(keyFieldsOf(subflow.definition).map((f) => `${f.param}:${f.kind}:${f.end}`)).toEqual([
      "src:prefix:src",
      "dst:prefix:dst",
      "sport:ports:src",
      "dport:ports:dst",
    ]);
    expect(keyFieldsOf(token.definition)).toEqual([
      { param: "token", kind: "u32", end: null, descriptor: { kind: "u32", description: "x" } },
    ]);
    expect(keyFieldsOf(ipPair.definition)).toHaveLength(2);
    expect(keyFieldsOf(port.definition)).toHaveLength(2);
    expect(keyFieldsOf(tcp.definition)).toEqual([]);
  });
});
