import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policySetsArbitrary } from "../../test/support/arbitraries.js";
import { ProblemsError } from "../errors.js";
import type { Json } from "../params/types.js";
import { all, any, not, policy, policySet } from "./build.js";
import { normalisePolicySet } from "./normalise.js";
import type { Condition, Match } from "./types.js";

const match = (module: string, params: Match["params"] = {}): Match => ({ kind: "match", module, params });
const short = {
  name: "web",
  attach: { "tc-egress": "eth0" },
  policies: [
    {
      name: "slow",
      when: {
        all: [
          { "ip-pair": { local: "10.0.0.1" } },
          { not: { port: { remote: 22 } } },
          { any: ["tcp", { any: {} }] },
        ],
      },
      chain: [{ "set-window": { window: 1000 } }, "record"],
    },
  ],
};

function problems(input: unknown): string[] {
  try {
    normalisePolicySet(input as Json);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return error.problems.map((p) => `${p.path}: ${p.message}`);
  }
}

describe("normalisePolicySet", () => {
  it("writes the short form out", () => {
    expect(normalisePolicySet(short)).toEqual({
      name: "web",
      attach: { "tc-egress": ["eth0"] },
      policies: [
        {
          name: "slow",
          when: all(
            match("ip-pair", { local: "10.0.0.1" }),
            not(match("port", { remote: 22 })),
            any(match("tcp"), match("any")),
          ),
          chain: [
            { kind: "step", module: "set-window", params: { window: 1000 } },
            { kind: "step", module: "record", params: {} },
          ],
          priority: 0,
          continue: false,
          onError: "pass",
        },
      ],
    });
  });

  it("is a fixed point, also through JSON", () => {
    const once = normalisePolicySet(short);
    expect(normalisePolicySet(JSON.parse(JSON.stringify(once)) as Json)).toEqual(once);
    fc.assert(
      fc.property(policySetsArbitrary, (sets) => {
        for (const set of sets) expect(normalisePolicySet(set as unknown as Json)).toEqual(set);
      }),
      { numRuns: 100 },
    );
  });

  it("makes what the builders make", () => {
    const set = policySet("web", {
      attach: { xdp: { interfaces: "eth*", mode: "native" }, "tc-ingress": ["ns/eth0", "ns/eth0"] },
      modules: { record: "@acme/actor-record" },
      policies: [
        policy("p", { when: all(), chain: [], priority: 7, continue: true, onError: "drop", capacity: 10 }),
      ],
    });
    expect(set.attach).toEqual({ xdp: { interfaces: ["eth*"], mode: "native" }, "tc-ingress": ["ns/eth0"] });
    expect(set.modules).toEqual({ record: "@acme/actor-record" });
    expect(set.policies[0]).toMatchObject({ priority: 7, continue: true, onError: "drop", capacity: 10 });
    expect(policySet("x", { attach: { xdp: ["eth0"] }, policies: [] }).attach.xdp?.mode).toBe("auto");
  });

  const change = (more: object): object => ({ ...short, ...more });
  const inPolicy = (more: object): object => change({ policies: [{ ...short.policies[0], ...more }] });
  let deep: unknown = "tcp";
  for (let i = 0; i < 40; i++) deep = { not: deep };
  it.each<[string, unknown, RegExp]>([
    ["no object", 7, /expected an object, got 7/],
    ["unknown key", change({ polices: [] }), /^polices: .*did you mean|expected one of name/],
    ["name", change({ name: "../x" }), /^name: name policy set "\.\.\/x"/],
    ["no hooks", change({ attach: {} }), /^attach: .*a hook with interfaces/],
    ["unknown hook", change({ attach: { tc: ["eth0"] } }), /^attach\.tc: .*one of xdp/],
    ["interface with a space", change({ attach: { xdp: ["a b"] } }), /^attach\.xdp\[0\]: .*an interface/],
    ["no interfaces", change({ attach: { xdp: [] } }), /^attach\.xdp: .*at least one/],
    ["attach is text", change({ attach: "eth0" }), /^attach: .*an object/],
    [
      "mode",
      change({ attach: { xdp: { interfaces: ["e"], mode: "fast" } } }),
      /^attach\.xdp\.mode: .*native, generic or auto/,
    ],
    ["policies", change({ policies: {} }), /^policies: .*a list of policies/],
    ["policy", change({ policies: [1] }), /^policies\[0\]: .*an object/],
    ["when absent", inPolicy({ when: undefined }), /^policies\[0\]\.when: .*all: \[\] matches every packet/],
    ["two selectors", inPolicy({ when: { "ip-pair": {}, port: {} } }), /write all: \[ … \]/],
    [
      "all of no list",
      inPolicy({ when: { all: { tcp: {} } } }),
      /^policies\[0\]\.when\.all: .*a list of conditions/,
    ],
    ["number as a condition", inPolicy({ when: 3 }), /a match such as/],
    ["deep", inPolicy({ when: deep }), /nested at most 32/],
    ["chain", inPolicy({ chain: "record" }), /^policies\[0\]\.chain: .*a list of actors/],
    ["step's name", inPolicy({ chain: ["Rec ord"] }), /^policies\[0\]\.chain\[0\]: .*name of a module/],
    [
      "step's params",
      inPolicy({ chain: [{ record: [1] }] }),
      /chain\[0\]\.record: .*an object of parameters/,
    ],
    ["params not plain", inPolicy({ chain: [{ record: { x: Number.NaN } }] }), /an object of parameters/],
    ["wrong kind", inPolicy({ chain: [match("tcp")] }), /chain\[0\]\.kind: .*one of step/],
    ["priority", inPolicy({ priority: 1.5 }), /^policies\[0\]\.priority: .*an integer/],
    ["continue", inPolicy({ continue: "yes" }), /true or false/],
    ["onError", inPolicy({ onError: "explode" }), /pass or drop/],
    ["capacity", inPolicy({ capacity: 0 }), /an integer in 1/],
    ["modules", change({ modules: { record: "a b" } }), /^modules\.record: .*package name/],
    ["modules as a list", change({ modules: [] }), /^modules: /],
  ])("refuses: %s", (_, input, expected) => {
    expect(problems(input).join("\n")).toMatch(expected);
  });

  it("names everything at once and survives anything", () => {
    expect(problems({ name: "", attach: {}, policies: [{}] }).length).toBeGreaterThan(4);
    fc.assert(fc.property(fc.jsonValue(), (value) => problems(value).length > 0 || true));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        problems(inPolicy({ when: value, chain: [value] }));
      }),
    );
  });

  it("checks types of conditions at compile time", () => {
    // @ts-expect-error a list is no condition
    const wrong: Condition = not([]);
    expect(wrong.kind).toBe("not");
  });
});
