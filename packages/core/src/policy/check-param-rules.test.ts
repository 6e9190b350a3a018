import { describe, expect, it } from "vitest";
import { installed, manifest, port } from "../../test/support/modules.js";
import { ModuleCatalog } from "../module/catalog.js";
import { checkManifest } from "../module/manifest.js";
import type { Hook, ParamRule } from "../module/types.js";
import { policy, policySet } from "./build.js";
import { checkPolicySets } from "./check.js";

const common = { hooks: ["xdp", "tc-egress"] as Hook[], because: "a mark is lost", instead: "use TC" };
const rules: ParamRule[] = [
  { ...common, when: { mark: { not: [0] } }, hooks: ["xdp"] },
  { when: { size: { is: ["10kB"] }, force: { is: [false] } }, because: "it breaks", instead: "force it" },
];

const param = (name: string, kind: "u32" | "bytes" | "bool", offset: number, size: number, value: never) => ({
  ...{ name, kind, offset, size, description: name },
  ...(value !== undefined && { default: value }),
});
const mover = manifest({
  kind: "actor",
  module: "mover",
  params: [
    param("mark", "u32", 0, 4, 0 as never),
    param("size", "bytes", 8, 8, 0 as never),
    param("force", "bool", 16, 1, false as never),
  ],
  paramsSize: 24,
  refuses: rules,
});
const catalog = ModuleCatalog.of([mover, port].map(installed));

const said = (params: Record<string, number | string | boolean>, hooks: Hook[]): string[] => {
  const set = policySet("s", {
    attach: Object.fromEntries(hooks.map((hook) => [hook, ["eth0"]])),
    policies: [
      policy("a", {
        when: { kind: "match", module: "port", params: { remote: 443 } },
        chain: [{ kind: "step", module: "mover", params }],
      }),
    ],
  });
  return checkPolicySets([set], catalog).map((p) => `${p.path}: ${p.message}; ${p.hint}`);
};

describe("uses of parameters that a module refuses", () => {
  it("names the hook that cannot do it", () => {
    expect(said({ mark: 7 }, ["xdp", "tc-egress"])).toEqual([
      "policies[0].chain[0].mover.mark: use mover with mark 7 on xdp: a mark is lost; use TC",
    ]);
    expect(said({ mark: 7 }, ["tc-egress"])).toEqual([]);
    expect(said({}, ["xdp"])).toEqual([]);
  });

  it("compares what values mean, and knows defaults", () => {
    const refused = (params: Record<string, number | string | boolean>) => said(params, ["tc-egress"]);
    expect(refused({ size: 10_000 })).toEqual([
      "policies[0].chain[0].mover.size: use mover with size 10000 and force false: it breaks; force it",
    ]);
    expect(refused({ size: "10kB", force: true })).toEqual([]);
    expect(refused({ size: "11kB" })).toEqual([]);
  });

  it("leaves a wrong value to the message about the value", () => {
    expect(said({ mark: -1 }, ["xdp"])).toHaveLength(1);
  });

  it("is checked in manifests", () => {
    const broken: unknown = {
      ...mover,
      refuses: [
        { when: { mark: { is: [{}] }, other: { not: [1] } }, hooks: ["tcp"], because: "a\nb", instead: 1 },
        { when: { mark: { is: [1], not: [2] } }, because: "b", instead: "i" },
      ],
    };
    const paths = (input: unknown): string[] =>
      checkManifest(input)
        .map((p) => p.path)
        .filter((path) => path.startsWith("refuses"));
    expect(paths(mover)).toEqual([]);
    expect(paths(broken)).toEqual([
      "refuses[0].when.other",
      "refuses[0].when.mark.is[0]",
      "refuses[0].hooks",
      "refuses[0].because",
      "refuses[0].instead",
      "refuses[1].when.mark",
    ]);
  });
});
