import { describe, expect, it } from "vitest";
import { catalog, installed, manifest, port, record } from "../../test/support/modules.js";
import { ModuleCatalog } from "../module/catalog.js";
import { all, any, not, policy, policySet, type PolicyOptions } from "./build.js";
import { checkPolicySets } from "./check.js";
import type { CheckEnv } from "./check-types.js";
import { findOverlaps } from "./overlaps.js";
import type { Condition, Match, Policy, PolicySet, Step } from "./types.js";

const match = (module: string, params: Match["params"] = {}): Condition => ({
  kind: "match",
  module,
  params,
});
const step = (module: string, params: Step["params"] = {}): Step => ({ kind: "step", module, params });
const web = match("port", { remote: 443 });
const p = (name: string, options: Partial<PolicyOptions> = {}): Policy =>
  policy(name, { when: web, chain: [], ...options });
const set = (policies: Policy[], name = "s", attach: object = { "tc-egress": ["eth0"] }): PolicySet =>
  policySet(name, { attach, policies });

const said = (sets: PolicySet[], env: CheckEnv = {}, modules = catalog): string[] =>
  checkPolicySets(sets, modules, env).map(
    (x) => `${x.severity === "warning" ? "warning " : ""}${x.path}: ${x.message}`,
  );

describe("checkPolicySets", () => {
  it("has nothing to say about good sets", () => {
    const good = set([p("a", { chain: [step("set-window", { window: 5 }), step("record")] })]);
    expect(said([good], { core: "0.1.0", interfaces: [{ name: "eth0", addresses: ["10.0.0.1"] }] })).toEqual(
      [],
    );
  });

  it.each<[string, PolicySet[], string[]]>([
    [
      "unknown actor",
      [set([p("a", { chain: [step("set-windw", {})] })])],
      ['policies[0].chain[0]: find module "set-windw": no installed package provides it'],
    ],
    [
      "unknown selector",
      [set([p("a", { when: not(match("prt")) })])],
      ['policies[0].when.not.prt: find module "prt": no installed package provides it'],
    ],
    [
      "selector in a chain",
      [set([p("a", { chain: [step("port")] })])],
      ['policies[0].chain[0]: use "port" as an actor: it is a selector'],
    ],
    [
      "actor in a condition",
      [set([p("a", { when: match("record") })])],
      ['policies[0].when.record: use "record" as a selector: it is an actor'],
    ],
    [
      "parameters",
      [set([p("a", { chain: [step("set-window", { window: -1 })] })])],
      ["policies[0].chain[0].set-window.window: set-window: window: expected an integer in 0..65535, got -1"],
    ],
    [
      "ends",
      [set([p("a", { when: all(match("ip-pair", { local: "10.0.0.300" })) })])],
      [
        'policies[0].when.all[0].ip-pair.local: ip-pair: local: expected an address or prefix such as "10.0.0.0/8" or "fd00::/16", got "10.0.0.300"',
      ],
    ],
    [
      "ends mixed",
      [set([p("a", { when: match("port", { src: 1, remote: 2 }) })])],
      [
        'policies[0].when.port: port: ends: expected src and dst, or local and remote, or between: [a, b], each ports such as 443 or "80,443,8000-8100", got src, remote',
      ],
    ],
    [
      "ends unknown",
      [set([p("a", { when: match("port", { remote: 2, x: 1 }) })])],
      ['policies[0].when.port.x: port: unknown parameter "x"'],
    ],
    [
      "bare endpoint",
      [set([p("a", { when: match("subflow", { src: "fd00::1" }) })])],
      [
        'policies[0].when.subflow.src: subflow: src: expected an endpoint such as "10.0.0.1:443", "[fd00::1]:443", "10.0.0.1:*" or { address, port }, got "fd00::1"',
      ],
    ],
    [
      "contradiction",
      [set([p("a", { when: all(match("port", { remote: 80 }), web) })])],
      ['policies[0].when: expand condition of policy "a" on tc-egress: it can never match'],
    ],
    [
      "families",
      [set([p("a", { when: match("ip-pair", { src: "10.0.0.1", dst: "fd00::1" }) })])],
      ['policies[0].when: expand condition of policy "a" on tc-egress: it can never match'],
    ],
    [
      "long chain",
      [set([p("a", { chain: Array.from({ length: 29 }, () => step("record")) })])],
      ['policies[0].chain: build chain of policy "a": 29 steps, at most 28 fit'],
    ],
    [
      "two policies",
      [set([p("a"), p("a")])],
      ['policies[1].name: add policy "a": there are two of that name'],
    ],
    [
      "two sets",
      [set([p("a")]), set([p("b")])],
      ['sets[1].name: add policy set "s": there are two of that name'],
    ],
    [
      "unreachable",
      [set([p("a", { priority: 1, when: match("port", { remote: "0-1023" }) }), p("b")])],
      ['warning policies[1]: order policy "s/b" on tc-egress: "s/a" matches all its packets first'],
    ],
    [
      "many negations",
      [
        set([
          p("a", { when: all(...Array.from({ length: 8 }, (_, i) => not(match("port", { src: i * 3 })))) }),
        ]),
      ],
      ["policies[0].when: match: too many negated matches together, at most 7 are possible"],
    ],
  ])("finds: %s", (_, sets, expected) => {
    expect(said(sets)).toEqual(expected);
  });

  it("lets reachable policies be", () => {
    const wide = match("port", { remote: "0-1023" });
    expect(said([set([p("a", { priority: 1, when: wide, continue: true }), p("b")])])).toEqual([]);
    expect(said([set([p("a", { when: all(wide, match("tcp")) }), p("b")])])).toEqual([]);
    expect(said([set([p("a", { when: wide })], "x", { "tc-egress": ["eth1"] }), set([p("b")])])).toEqual([]);
    expect(
      said([set([p("a", { when: wide })], "x", { "tc-egress": ["eth*"] }), set([p("b")], "y")]),
    ).toHaveLength(1);
  });

  it("checks both version axes, hooks and interfaces named in parameters", () => {
    const redirect = manifest({
      kind: "actor",
      module: "redirect",
      hooks: ["xdp"],
      abi: 2,
      core: "^5.0.0",
      params: [{ name: "to", kind: "iface", description: "x", offset: 0, size: 4 }],
      paramsSize: 4,
    });
    const modules = ModuleCatalog.of([port, redirect].map(installed));
    const sets = [set([p("a", { chain: [step("redirect", { to: "eth9" })] })])];
    const env: CheckEnv = {
      core: "0.1.0",
      ifindex: () => undefined,
      interfaces: [{ name: "eth0", addresses: [] }],
    };
    expect(said(sets, env, modules)).toEqual([
      "policies[0].chain[0]: use @emptcp/actor-redirect 0.1.0: built for abi 2, core speaks abi 1",
      "policies[0].chain[0]: use @emptcp/actor-redirect 0.1.0: needs @emptcp/core ^5.0.0, this is 0.1.0",
      'policies[0].chain[0]: use "redirect" on tc-egress: it does not run there, it runs on xdp',
      'policies[0].chain[0].redirect.to: find interface "eth9": there is none',
    ]);
    const other = said(sets, { ...env, abis: [2], core: "5.1.0" }, modules);
    expect(other.filter((text) => text.includes("selector-port"))).toHaveLength(2);
    expect(other).toHaveLength(4);
  });

  it("follows fields through the chain", () => {
    const writer = manifest({
      kind: "actor",
      module: "writer",
      fields: { provides: [{ name: "class", size: 4 }], requires: [] },
    });
    const writer2 = manifest({
      kind: "actor",
      module: "writer2",
      fields: { provides: [{ name: "other", size: 8 }], requires: [] },
    });
    const reader = manifest({
      kind: "actor",
      module: "reader",
      fields: { provides: [], requires: [{ name: "class", size: 4 }] },
    });
    const wide = manifest({
      kind: "actor",
      module: "wide",
      fields: { provides: [], requires: [{ name: "class", size: 8 }] },
    });
    const modules = ModuleCatalog.of([port, writer, writer2, reader, wide].map(installed));
    const chain = (...names: string[]) =>
      said([set([p("a", { chain: names.map((n) => step(n)) })])], {}, modules);
    expect(chain("writer", "reader")).toEqual([]);
    expect(chain("reader", "writer")).toEqual([
      'policies[0].chain[0]: reader: reads field "class", which no earlier step of the chain writes',
    ]);
    expect(chain("writer", "wide")[0]).toContain("class (8 bytes, 4 were written)");
    expect(chain("writer", "writer2")[0]).toContain("its fields need 12 bytes, at most 8 fit: class, other");
    const lonely = ModuleCatalog.of([port, reader].map(installed));
    expect(checkPolicySets([set([p("a", { chain: [step("reader")] })])], lonely)[0]?.hint).toContain(
      "no installed module does",
    );
  });

  it("knows which addresses are local", () => {
    const env: CheckEnv = {
      interfaces: [
        { name: "eth0", addresses: ["10.0.0.1", "fd00::1"] },
        { name: "eth1", addresses: ["10.1.0.1"] },
        { name: "eth0", netns: "far", addresses: ["10.9.0.1"] },
      ],
    };
    const local = (value: Match["params"][string], module = "ip-pair", attach?: object): string[] =>
      said([set([p("a", { when: any(match(module, { local: value })) })], "s", attach)], env);
    expect(local("10.0.0.1")).toEqual([]);
    expect(local("10.1.0.1")).toEqual([]);
    expect(local("10.0.0.0/8")).toEqual([]);
    expect(local("*")).toEqual([]);
    expect(local("fd00::/64")).toEqual([]);
    expect(local("[fd00::1]:1", "subflow")).toEqual([]);
    expect(local(80, "port")).toEqual([]);
    expect(local("10.9.0.1")).toEqual([
      'policies[0].when.any[0].ip-pair.local: ip-pair: "local" is 10.9.0.1, which no interface of this host has',
    ]);
    expect(local("10.9.0.1", "ip-pair", { xdp: ["far/eth0"] })).toEqual([]);
    expect(local("10.0.0.1", "ip-pair", { xdp: ["far/eth0"] })[0]).toContain("namespace far");
    expect(local("10.9.0.1", "ip-pair", { xdp: ["eth7"] })).toEqual([]);
    expect(local(["10.0.0.1", "10.0.9.0/24"])).toHaveLength(1);
  });

  it("counts what an entry must hold", () => {
    const lengths = Array.from({ length: 33 }, (_, i) => (i === 0 ? "0.0.0.0/0" : `128.0.0.0/${i}`));
    const many = set(
      lengths.map((prefix, i) => p(`p${i}`, { when: match("ip-pair", { src: prefix }), continue: true })),
    );
    expect(said([many])).toEqual([
      ": match on eth0 at tc-egress: 33 tables are needed, at most 32 are possible",
    ]);
    const half = (name: string, from: number, patterns: string[]) =>
      set(
        lengths
          .slice(from, from + 20)
          .map((prefix, i) => p(`p${i}`, { when: match("ip-pair", { src: prefix }), continue: true })),
        name,
        { "tc-egress": patterns },
      );
    expect(said([half("x", 0, ["eth0"]), half("y", 13, ["eth*"])])).toHaveLength(1);
    expect(said([half("x", 0, ["eth0"]), half("y", 13, ["wlan*"])])).toEqual([]);
    const apart = {
      interfaces: [
        { name: "eth0", addresses: [] },
        { name: "wlan0", addresses: [] },
      ],
    };
    expect(said([half("x", 0, ["eth0"]), half("y", 13, ["wlan*"])], apart)).toEqual([]);
    const wide = (i: number) =>
      manifest({
        kind: "selector",
        module: `wide${i}`,
        key: {
          v4: 64,
          v6: 64,
          ends: null,
          fields: [
            {
              param: "a",
              kind: "u64",
              end: null,
              v4: [0, 8],
              v6: [0, 8],
              descriptor: { kind: "u64", description: "x" },
            },
          ],
        },
      });
    const modules = ModuleCatalog.of(Array.from({ length: 9 }, (_, i) => installed(wide(i))));
    const nine = set([
      p("a", { when: any(...Array.from({ length: 9 }, (_, i) => match(`wide${i}`, { a: i }))) }),
    ]);
    expect(said([nine], {}, modules)).toEqual([
      ": match on eth0 at tc-egress: the selectors are wide0, wide1, wide2, wide3, wide4, wide5, wide6, wide7, wide8, at most 8 are possible",
      ": match on eth0 at tc-egress: the keys of wide0, wide1, wide2, wide3, wide4, wide5, wide6, wide7, wide8 need 576 bytes, at most 128 fit",
    ]);
  });

  it("refuses rows and table keys that are too large", () => {
    const params = [{ name: "x", kind: "u8" as const, description: "x", offset: 0, size: 1, default: 1 }];
    const big = manifest({ kind: "actor", module: "big", params, paramsSize: 1000 });
    const list = { kind: "list" as const, description: "x", of: { kind: "u64" as const, description: "x" } };
    const fields = Array.from({ length: 16 }, (_, i) => ({
      param: `f${i}`,
      kind: "u64" as const,
      end: null,
      v4: [i * 8, 8] as const,
      v6: [i * 8, 8] as const,
      descriptor: list,
    }));
    const long = manifest({
      kind: "selector",
      module: "long",
      key: { v4: 128, v6: 128, ends: null, fields },
    });
    const modules = ModuleCatalog.of([port, big, long].map(installed));
    expect(said([set([p("a", { chain: [step("big"), step("big")] })])], {}, modules)[0]).toContain(
      "need 2000 bytes",
    );
    const values = Object.fromEntries(fields.map((f) => [f.param, 1]));
    expect(said([set([p("a", { when: match("long", values) })])], {}, modules)[0]).toContain(
      "need 128 bytes, at most 96",
    );
    const ways = Object.fromEntries(fields.map((f) => [f.param, [1, 2, 3, 4]]));
    expect(said([set([p("a", { when: match("long", ways) })])], {}, modules)[0]).toContain(
      "ways to match long",
    );
  });

  it("says what clashes instead of stopping", () => {
    const modules = ModuleCatalog.of(
      [port, record, { ...record, name: "@acme/actor-record" }].map(installed),
    );
    const chain = [step("record")];
    expect(said([set([p("a", { chain })])], {}, modules)[0]).toContain("several packages provide it");
    const chosen = { ...set([p("a", { chain })]), modules: { record: "@acme/actor-record" } };
    expect(said([chosen], {}, modules)).toEqual([]);
  });

  it("refuses more policies than fit before looking at each", () => {
    const one = p("a");
    const crowd = { ...set([one]), policies: Array.from({ length: 32769 }, () => one) };
    expect(said([crowd]).at(-1)).toBe(": add policies: at most 32768 fit");
  });

  it("counts a table for each negated piece, and one more for each equal key", () => {
    const twice = set([
      p("a", { when: all(match("tcp"), not(match("ip-pair", { src: "10.0.0.0/8" }))), continue: true }),
      p("b", { when: match("tcp"), priority: -1 }),
    ]);
    expect(said([twice])).toEqual([]);
    const equal = set(Array.from({ length: 33 }, (_, i) => p(`p${i}`, { continue: true })));
    expect(said([equal])).toEqual([
      ": match on eth0 at tc-egress: 33 tables are needed, at most 32 are possible",
    ]);
  });

  it("refuses conditions that explode", () => {
    const lists = Array.from({ length: 3 }, (_, k) =>
      any(
        ...Array.from({ length: 400 }, (_, i) =>
          match(["ip-pair", "port", "subflow"][k] ?? "", {
            src: k === 0 ? `10.0.${i >> 8}.${i & 255}` : k === 1 ? i : { port: i + 500 },
          }),
        ),
      ),
    );
    expect(said([set([p("a", { when: all(...lists) })])])[0]).toMatch(
      /expand condition: \d+ (combinations|alternatives), at most/,
    );
  });
});

describe("findOverlaps", () => {
  it("names pairs that a packet may match both", () => {
    const a = p("a", { when: match("ip-pair", { src: "10.0.0.0/8" }), continue: true });
    const b = p("b", { when: all(match("ip-pair", { src: "10.1.0.0/16" }), web) });
    const c = p("c", { when: match("ip-pair", { src: "fd00::/8" }) });
    const d = p("d", {
      when: all(match("ip-pair", { src: "10.0.0.0/8" }), not(match("ip-pair", { src: "10.1.0.0/16" }))),
    });
    expect(findOverlaps([set([a, b, c, d])], catalog)).toEqual([
      {
        hook: "tc-egress",
        first: "s/a",
        second: "s/b",
        example: "ipv4 ip-pair with ipv4 ip-pair + port",
        continues: true,
      },
      {
        hook: "tc-egress",
        first: "s/a",
        second: "s/d",
        example: "ipv4 ip-pair with ipv4 ip-pair",
        continues: true,
      },
    ]);
    expect(findOverlaps([set([a], "x"), set([b], "y", { "tc-egress": ["wlan0"] })], catalog)).toEqual([]);
    expect(
      findOverlaps([set([a], "x", { xdp: ["e*"] }), set([b], "y", { xdp: ["eth0"] })], catalog),
    ).toHaveLength(1);
    expect(
      findOverlaps([set([a], "x", { xdp: ["ns/e*"] }), set([b], "y", { xdp: ["eth0"] })], catalog),
    ).toEqual([]);
  });
});
