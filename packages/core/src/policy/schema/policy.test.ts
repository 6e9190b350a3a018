import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { matchArbitrary, policySetsArbitrary } from "../../../test/support/arbitraries.js";
import { catalog, manifest } from "../../../test/support/modules.js";
import { ModuleCatalog } from "../../module/catalog.js";
import type { ManifestParam } from "../../module/types.js";
import { parseParams } from "../../params/check.js";
import { kindOf } from "../../params/kinds.js";
import { PARAM_KINDS, ParamRefusal, type ParamDescriptor } from "../../params/types.js";
import { normalisePolicySet } from "../normalise.js";
import { policyFileSchema } from "./policy.js";

const compile = (schema: object): ValidateFunction =>
  new Ajv({ allErrors: true, strict: false }).compile(schema);
const place = (path: string, on = { ...{} }) => ({ path, ...on });
let validate: ValidateFunction;
beforeAll(() => {
  validate = compile(policyFileSchema(catalog));
});

const policy = (part: object) => ({
  name: "web",
  attach: { "tc-egress": ["eth0"] },
  policies: [{ name: "p", when: { port: { remote: 443 } }, chain: ["record"], ...part }],
});

describe("the schema accepts", () => {
  it.each([
    policy({}),
    [policy({}), policy({})],
    { vars: { a: 1, b: ["x", true] }, include: "common.yaml" },
    { ...policy({}), vars: { a: 1 }, include: ["a.yaml"], modules: { record: "@acme/record" } },
    policy({ when: "tcp" }),
    policy({ when: { all: [] } }),
    policy({
      when: { any: ["tcp", { any: {} }, { not: { "ip-pair": { between: ["10.0.0.1", "::/0"] } } }] },
    }),
    policy({ when: { any: null } }),
    policy({
      when: { subflow: { local: "10.0.0.1:443", remote: ["[fd00::1]:*", { port: "80,443,8000-8100" }] } },
    }),
    policy({ when: { "@emptcp/selector-port": { src: "*" } } }),
    policy({ chain: [{ "set-window": { window: "${w}" } }, { record: null }, { record: {} }] }),
    policy({ chain: [{ kind: "step", module: "set-window", params: { window: 1 } }] }),
    policy({ when: { kind: "all", of: [{ kind: "match", module: "tcp", params: {} }] }, priority: "${p}" }),
    { ...policy({}), attach: { xdp: { interfaces: "eth*", mode: "native" }, "tc-ingress": "ns/eth0" } },
  ])("%j", (document) => {
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe("the schema refuses", () => {
  it.each([
    [policy({ prio: 3 }), place("/policies/0")],
    [policy({ when: { port: { remote: 99999 } } }), place("/policies/0/when/port/remote")],
    [policy({ when: { port: { remot: 1 } } }), place("/policies/0/when/port")],
    [policy({ when: { port: { src: 1, remote: 1 } } }), place("/policies/0/when/port")],
    [policy({ when: { port: {} } }), place("/policies/0/when/port")],
    [policy({ when: { "ip-pair": { src: "10.0.0.256" } } }), place("/policies/0/when/ip-pair/src")],
    [policy({ when: { subflow: { src: "10.0.0.1" } } }), place("/policies/0/when/subflow/src")],
    [policy({ when: { port: { src: 1 }, tcp: {} } }), place("/policies/0/when")],
    [policy({ when: "port" }), place("/policies/0/when")],
    [policy({ when: { all: {} } }), place("/policies/0/when/all")],
    [policy({ chain: ["recrod"] }), place("/policies/0/chain/0")],
    [policy({ chain: ["set-window"] }), place("/policies/0/chain/0")],
    [policy({ chain: ["tcp"] }), place("/policies/0/chain/0")],
    [
      policy({ chain: [{ "set-window": { window: 70000 } }] }),
      place("/policies/0/chain/0/set-window/window"),
    ],
    [policy({ chain: [{ "set-window": null }] }), place("/policies/0/chain/0/set-window")],
    [policy({ chain: [{ "set-window": { window: 1 }, record: {} }] }), place("/policies/0/chain/0")],
    [policy({ onError: "fail" }), place("/policies/0/onError")],
    [{ ...policy({}), attach: {} }, place("/attach")],
    [{ ...policy({}), attach: { tcx: "eth0" } }, place("/attach")],
    [{ ...policy({}), attach: { xdp: "two words" } }, place("/attach/xdp")],
    [{ ...policy({}), name: "No" }, place("/name")],
    [{ vars: { "1a": 1 } }, place("/vars")],
    [{ vars: { a: {} } }, place("/vars/a")],
    [{ include: 7 }, place("/include")],
    [{ name: "x" }, place("")],
    [[{ ...policy({}), vars: {} }], place("/0")],
  ])("%j", (document, { path }) => {
    expect(validate(document)).toBe(false);
    expect(validate.errors?.map((e) => e.instancePath)).toContain(path);
  });
});

/** Texts and numbers that look like values of some kind, right and wrong ones. */
const input = fc.oneof(
  fc.integer({ min: -2, max: 70_000 }),
  fc.constantFrom(0, 255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 1.5, true, false),
  fc
    .tuple(
      fc.constantFrom("", " "),
      fc.constantFrom("0", "00", "7", "1.5", "20", "1e3", "-1", "99999999999999999999"),
      fc.constantFrom("", " "),
      fc.constantFrom(
        ..."bit Bit kbit Mbit/s Gbits kibit Mbps MB/s mb b/S B/S mbitps kB KiB MiB B bytes byte kib ib s ms us µs ns m min h hours d S sec day".split(
          " ",
        ),
        "",
      ),
      fc.constantFrom("", " ", "30s", " 5 ms"),
    )
    .map((parts) => parts.join("")),
  fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom("10.0.0.0/8", "10.0.0.0/33", "fd00::/16", "::/129", "1.2.3", "01.2.3.4"),
  ),
  fc
    .array(
      fc.constantFrom("0", "80", "443-500", "65535", "65536", "70000", "08", "0-65535", " 7 ", "", "1 - 2"),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((p) => p.join(",")),
  fc.constantFrom(
    "eth0",
    "a/b",
    "..",
    "x".repeat(16),
    "low",
    "high",
    "mid",
    "0x1F",
    "02:00:00:00:00:01",
    "02:00-00:00:00:01",
    "02-00-00-00-00-01",
  ),
  fc.array(fc.nat(300), { maxLength: 3 }),
  fc.constant({}),
);

/** Values that a pattern cannot tell: bounds with units, integers of fractions, what can be drawn, host bits, colons of IPv6, ranges in order. */
const beyondPatterns = (kind: string, refusal: ParamRefusal): boolean =>
  ["rate", "bytes", "duration", "fraction", "token", "ip", "prefix", "ports", "u64", "list"].includes(kind) &&
  refusal.expected !== "";

describe("a parameter's schema", () => {
  const descriptors = PARAM_KINDS.flatMap((kind): ParamDescriptor[] => {
    const plain: ParamDescriptor = {
      kind,
      description: "d",
      of: { kind: "u8", description: "" },
      values: { low: 1, high: 2 },
    };
    const { of, values, ...bare } = plain;
    const own = kind === "list" ? { ...bare, of } : kind === "enum" ? { ...bare, values } : bare;
    const bounded = ["u8", "u16", "u32", "u64"].includes(kind) ? [{ ...own, min: 5, max: 200 }] : [];
    const families = ["ip", "prefix"].includes(kind)
      ? [
          { ...own, family: 4 as const },
          { ...own, family: 6 as const },
        ]
      : [];
    return [own as ParamDescriptor, ...bounded, ...families];
  });

  it.each(descriptors.map((d) => [d.kind, d] as const))("%s agrees with what is read", (kind, descriptor) => {
    const check = compile(kindOf(descriptor).schema(descriptor));
    fc.assert(
      fc.property(input, (value) => {
        const read = kindOf(descriptor).parse(value, descriptor);
        const accepted = check(value);
        if (!(read instanceof ParamRefusal)) expect(accepted, JSON.stringify(value)).toBe(true);
        else if (accepted)
          expect(beyondPatterns(kind, read), `${JSON.stringify(value)} is refused: ${read.expected}`).toBe(
            true,
          );
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["rate", "20 potatoes"],
    ["rate", 20],
    ["rate", "20"],
    ["rate", "20Mbps"],
    ["duration", "30"],
    ["duration", "30x"],
    ["bytes", "5ib"],
    ["bytes", "5kbit"],
    ["ip", "10.0.0"],
    ["ip", "10.0.0.1/8"],
    ["prefix", "10.0.0.0/33"],
    ["ports", "80-"],
    ["ports", "65536"],
  ] as const)("of kind %s refuses %j", (kind, value) => {
    expect(compile(kindOf({ kind }).schema({ kind, description: "" }))(value)).toBe(false);
  });

  it("says what it means, its unit and its default", () => {
    const param = {
      name: "limit",
      kind: "rate",
      description: "Most.",
      default: "5Mbit",
      unit: "per flow",
      offset: 0,
      size: 8,
    };
    const actor = manifest({
      kind: "actor",
      module: "shape",
      params: [param as ManifestParam],
      paramsSize: 8,
    });
    const schema = policyFileSchema(ModuleCatalog.of([{ manifest: actor, dir: "/x" }]));
    expect(schema["definitions"]).toHaveProperty("actor-shape.properties.limit", {
      anyOf: [
        { anyOf: [{ type: "string", pattern: expect.any(String) as string }, { const: 0 }] },
        { $ref: "#/definitions/variable" },
      ],
      description: 'Most. Unit: per flow. Default: "5Mbit".',
      default: "5Mbit",
      examples: ["20Mbit"],
    });
    expect(JSON.stringify(schema)).toContain("shape");
  });
});

describe("policy sets of any kind", () => {
  it("are accepted when they can be read and their parameters are right", () => {
    fc.assert(
      fc.property(policySetsArbitrary, (sets) => {
        for (const set of sets) {
          expect(normalisePolicySet(JSON.parse(JSON.stringify(set)))).toBeDefined();
          expect(validate(JSON.parse(JSON.stringify(set))), JSON.stringify(validate.errors)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("in short form, too", () => {
    fc.assert(
      fc.property(matchArbitrary, (match) => {
        if (match.kind !== "match") return;
        const document = policy({ when: { [match.module]: match.params } });
        expect(validate(JSON.parse(JSON.stringify(document))), JSON.stringify(validate.errors)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("have parameters that are read as the schema says", () => {
    const params = [{ name: "window", kind: "u16", description: "", offset: 0, size: 2 }] as const;
    const schema = { module: "set-window", params };
    fc.assert(
      fc.property(input, (window) => {
        const accepted = validate(policy({ chain: [{ "set-window": { window } }] }));
        expect(accepted).toBe(parseParams(schema, { window }).problems.length === 0);
      }),
      { numRuns: 500 },
    );
  });
});
