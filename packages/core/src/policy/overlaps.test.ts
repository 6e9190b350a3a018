import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conditionArbitrary, packetArbitrary, policySetsArbitrary } from "../../test/support/arbitraries.js";
import { catalog } from "../../test/support/modules.js";
import { HOOKS } from "../module/types.js";
import { policy, policySet } from "./build.js";
import { matches, rankPolicies } from "./evaluate.js";
import { expandCondition } from "./expand.js";
import { findOverlaps, OVERLAP_LIMIT } from "./overlaps.js";
import { mayOverlap } from "./piece-algebra.js";
import type { Condition, PolicySet } from "./types.js";

const port = (remote: number): Condition => ({ kind: "match", module: "port", params: { remote } });
const many = (count: number, when: (i: number) => Condition): PolicySet =>
  policySet("many", {
    attach: { "tc-egress": "eth0" },
    policies: Array.from({ length: count }, (_, i) =>
      policy(`p${String(i).padStart(5, "0")}`, { when: when(i), chain: [] }),
    ),
  });

describe("overlaps", () => {
  it("are those that comparing every pair finds", () => {
    fc.assert(
      fc.property(policySetsArbitrary, (sets) => {
        const expected = HOOKS.flatMap((hook) => {
          const ranked = rankPolicies(sets, hook);
          const expanded = ranked.map((r) => expandCondition(r.policy.when, hook, catalog));
          return ranked.flatMap((a, i) =>
            ranked.slice(i + 1).flatMap((b, k) => {
              const near = sets.some((s) => s.name === a.set) && meet(sets, a.set, b.set, hook);
              const both = expanded[i]?.some((x) => expanded[i + 1 + k]?.some((y) => mayOverlap(x, y)));
              return near && both === true
                ? [`${hook} ${a.set}/${a.policy.name} ${b.set}/${b.policy.name}`]
                : [];
            }),
          );
        });
        const found = findOverlaps(sets, catalog).map((o) => `${o.hook} ${o.first} ${o.second}`);
        expect(found).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  it("are missed by no packet that two policies match", () => {
    fc.assert(
      fc.property(
        conditionArbitrary,
        conditionArbitrary,
        fc.array(packetArbitrary, { minLength: 20 }),
        (a, b, packets) => {
          const set = policySet("s", {
            attach: { "tc-egress": "eth0" },
            policies: [policy("a", { when: a, chain: [] }), policy("b", { when: b, chain: [] })],
          });
          const both = packets.some((p) => [a, b].every((c) => matches(c, p, "tc-egress", catalog)));
          if (both) expect(findOverlaps([set], catalog)).toHaveLength(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are found among ten thousand policies, each compared with few others", () => {
    const set = many(10_000, (i) => port(i % 9999));
    expect(findOverlaps([set], catalog).map((o) => [o.first, o.second])).toEqual([
      ["many/p00000", "many/p09999"],
    ]);
  });

  it("are told up to a number", () => {
    expect(findOverlaps([many(2000, () => port(1))], catalog)).toHaveLength(OVERLAP_LIMIT);
  });
});

function meet(sets: readonly PolicySet[], a: string, b: string, hook: (typeof HOOKS)[number]): boolean {
  const alone = sets.filter((s) => s.name === a || s.name === b);
  // With conditions that match everything only the interfaces decide.
  const all: Condition = { kind: "all", of: [] };
  const wide = alone.map((s) => ({ ...s, policies: [policy("x", { when: all, chain: [] })] }));
  return a === b || findOverlaps(wide, catalog).some((o) => o.hook === hook);
}
