import { describe, expect, it } from "vitest";
import { catalog, installed, manifest } from "../../test/support/modules.js";
import { ModuleCatalog } from "../module/catalog.js";
import type { ParamDescriptor } from "../params/types.js";
import { all, any, not, policy, policySet } from "./build.js";
import { evaluate, matches, rankPolicies } from "./evaluate.js";
import { expandCondition } from "./expand.js";
import { interfaceMatches } from "./interfaces.js";
import type { Condition, Match, PacketFacts } from "./types.js";

const match = (module: string, params: Match["params"] = {}): Condition => ({
  kind: "match",
  module,
  params,
});
const ip = (a: number): bigint => 0x0a000000n + BigInt(a);
const tcp: PacketFacts = { family: 4, src: ip(1), dst: ip(2), proto: 6, sport: 1000, dport: 443 };
const icmp: PacketFacts = { family: 4, src: ip(1), dst: ip(2), proto: 1 };
const arp: PacketFacts = { family: 0 };

describe("matches", () => {
  it.each<[string, Condition, PacketFacts, boolean]>([
    ["source", match("ip-pair", { src: "10.0.0.1" }), tcp, true],
    ["other source", match("ip-pair", { src: "10.0.0.2" }), tcp, false],
    ["prefix", match("ip-pair", { dst: "10.0.0.0/30" }), tcp, true],
    ["mapped", match("ip-pair", { dst: "::ffff:10.0.0.2" }), tcp, true],
    ["between, the other way", match("ip-pair", { between: ["10.0.0.2", "10.0.0.1"] }), tcp, true],
    ["local on the way out", match("ip-pair", { local: "10.0.0.1", remote: "10.0.0.2" }), tcp, true],
    ["port range", match("port", { remote: "400-500" }), tcp, true],
    ["ports of ICMP", match("port", { remote: "0-65535" }), icmp, false],
    ["not a port of ICMP", not(match("port", { remote: 443 })), icmp, true],
    ["addresses of ARP", match("ip-pair", { src: "*" }), arp, false],
    ["not addresses of ARP", not(match("ip-pair", { src: "0.0.0.0/0" })), arp, true],
    ["every packet", all(), arp, true],
    ["no packet", any(), tcp, false],
    ["endpoint", match("subflow", { local: "10.0.0.1:1000", remote: "10.0.0.2:443" }), tcp, true],
    ["endpoint of UDP", match("subflow", { local: "10.0.0.1:1000" }), { ...tcp, proto: 17 }, false],
    ["tcp", match("tcp"), tcp, true],
    ["tcp of ICMP", match("tcp"), icmp, false],
    ["own key", match("token", { token: [1, 2] }), { ...tcp, keys: { token: { token: 2n } } }, true],
    ["own key absent", match("token", { token: 2 }), tcp, false],
    ["source alone", match("src", { address: "10.0.0.0/24" }), tcp, true],
    ["source of the other family", match("src", { address: "::/0" }), tcp, false],
    ["source of ARP", match("src", { address: "0.0.0.0/0" }), arp, false],
    ["any", match("any"), arp, true],
    ["destination alone", match("dst", { address: "10.0.0.2" }), tcp, true],
    ["unknown module", match("nothing"), tcp, false],
    ["malformed", match("port", { remote: "x" }), tcp, false],
  ])("%s", (_, condition, packet, expected) => {
    expect(matches(condition, packet, "tc-egress", catalog)).toBe(expected);
  });

  it("turns local and remote round on the way in", () => {
    const condition = match("port", { local: 443 });
    expect(matches(condition, tcp, "xdp", catalog)).toBe(true);
    expect(matches(condition, tcp, "tc-ingress", catalog)).toBe(true);
    expect(matches(condition, tcp, "tc-egress", catalog)).toBe(false);
  });

  it.each<[ParamDescriptor["kind"], string | number | boolean, bigint, bigint, Partial<ParamDescriptor>]>([
    ["ports", "5-9", 7n, 10n, {}],
    ["ip", "10.0.0.1", ip(1), ip(2), {}],
    ["mac", "02:00:00:00:00:01", 0x020000000001n, 1n, {}],
    ["bool", true, 1n, 0n, {}],
    ["u64", "0x10", 16n, 17n, {}],
    ["enum", "b", 1n, 0n, { values: { a: 0, b: 1 } }],
    ["enum", "b", 7n, 5n, { values: { a: 1, b: 2, c: 4 }, bits: true }],
    ["duration", "1us", 1000n, 1n, {}],
  ])("compares keys of kind %s", (kind, wanted, good, bad, more) => {
    const size = kind === "ports" ? 2 : kind === "ip" ? 4 : 8;
    const place = [0, size] as const;
    const descriptor = { kind, description: "x", ...more };
    const key = {
      v4: 8,
      v6: 8,
      ends: null,
      fields: [{ param: "k", kind, end: null, v4: place, v6: kind === "ip" ? null : place, descriptor }],
    };
    const own = ModuleCatalog.of([installed(manifest({ kind: "selector", module: "own", key }))]);
    const packet = (value: bigint): PacketFacts => ({ ...tcp, keys: { own: { k: value } } });
    expect(matches(match("own", { k: wanted }), packet(good), "xdp", own)).toBe(true);
    expect(matches(match("own", { k: wanted }), packet(bad), "xdp", own)).toBe(false);
    const sized = kind === "mac" ? 6 : kind === "bool" || kind === "enum" ? 1 : size;
    const exact = {
      ...key,
      fields: key.fields.map((f) => ({ ...f, v4: [0, sized] as const, v6: f.v6 && ([0, sized] as const) })),
    };
    const fits = ModuleCatalog.of([installed(manifest({ kind: "selector", module: "own", key: exact }))]);
    const [conjunct] = expandCondition(match("own", { k: wanted }), "xdp", fits);
    expect(conjunct?.pieces.length).toBe(1);
    if (more.bits) expect(conjunct?.pieces.map(({ value, mask }) => [value[0], mask[0]])).toEqual([[2, 2]]);
  });
});

describe("evaluate", () => {
  const p = (name: string, priority: number, more = false, when: Condition = all()) =>
    policy(name, { when, chain: [], priority, continue: more });
  const attach = { "tc-egress": ["eth*"] };
  const names = (sets: Parameters<typeof evaluate>[0], iface = "eth0") =>
    evaluate(sets, tcp, "tc-egress", iface, catalog).map((r) => `${r.set}/${r.policy.name}`);

  it("orders by priority, set and name in bytes, and goes on where told", () => {
    const a = policySet("a", { attach, policies: [p("z", 0, true), p("b", 0, true), p("low", -5)] });
    const b = policySet("b", { attach, policies: [p("top", 9, true), p("a", 0, true), p("never", -9)] });
    expect(names([b, a])).toEqual(["b/top", "a/b", "a/z", "b/a", "a/low"]);
    expect(rankPolicies([a, b], "xdp")).toEqual([]);
  });

  it("stops at the first that does not go on, and skips those that do not match", () => {
    const a = policySet("a", { attach, policies: [p("no", 9, false, any()), p("yes", 5), p("later", 1)] });
    expect(names([a])).toEqual(["a/yes"]);
    expect(names([a], "wlan0")).toEqual([]);
    expect(evaluate([a], tcp, "xdp", "eth0", catalog)).toEqual([]);
  });

  it.each<[string, string, boolean]>([
    ["eth0", "eth0", true],
    ["eth*", "eth12", true],
    ["eth?", "eth12", false],
    ["*", "wlan0", true],
    ["*", "lo", false],
    ["lo", "lo", true],
    ["*", "ns/eth0", false],
    ["ns/*", "ns/eth0", true],
    ["n*/eth0", "ns/eth0", true],
    ["other/*", "ns/eth0", false],
    ["e.h0", "eth0", false],
  ])("pattern %s means %s: %s", (pattern, iface, expected) => {
    expect(interfaceMatches(pattern, iface)).toBe(expected);
  });
});
