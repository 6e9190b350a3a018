import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  conditionArbitrary,
  hookArbitrary,
  packetArbitrary,
  policySetsArbitrary,
} from "../../test/support/arbitraries.js";
import { catalog } from "../../test/support/modules.js";
import { TableModel } from "../../test/support/table-model.js";
import { EmptcpError } from "../errors.js";
import { evaluate, matches } from "./evaluate.js";
import { expandCondition } from "./expand.js";
import { conjunctCovers } from "./piece-algebra.js";
import { shapeKey } from "./shape.js";
import type { Conjunct } from "./types.js";

const RUNS = Number(process.env["EMPTCP_PROPERTY_RUNS"] ?? 400);
const TIMEOUT = 30_000 + RUNS * 20;

/** Conditions with more than seven negations together are refused; they say nothing about matching. */
function unlessRefused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof EmptcpError) return undefined;
    throw error;
  }
}

describe("expandCondition", () => {
  it(
    "matches what the reference evaluator matches, policy by policy and in order",
    () => {
      let refused = 0;
      let matched = 0;
      fc.assert(
        fc.property(
          policySetsArbitrary,
          hookArbitrary,
          fc.array(packetArbitrary, { minLength: 1, maxLength: 20 }),
          (sets, hook, packets) => {
            const unique = sets.map((s) => ({
              ...s,
              policies: s.policies.filter((p, i) => s.policies.findIndex((q) => q.name === p.name) === i),
            }));
            const model = unlessRefused(() => new TableModel(unique, hook, catalog));
            if (!model) {
              refused++;
              return;
            }
            for (const packet of packets) {
              const expected = evaluate(unique, packet, hook, "eth0", catalog).map(
                (r) => `${r.set}/${r.policy.name}`,
              );
              matched += expected.length > 0 ? 1 : 0;
              expect(model.run(packet)).toEqual(expected);
            }
          },
        ),
        { numRuns: RUNS },
      );
      expect(refused).toBeLessThan(RUNS / 10);
      expect(matched).toBeGreaterThan(RUNS);
    },
    TIMEOUT,
  );

  it(
    "equals direct evaluation for single conditions, and leaves nothing covered",
    () => {
      fc.assert(
        fc.property(
          conditionArbitrary,
          hookArbitrary,
          fc.array(packetArbitrary, { minLength: 1, maxLength: 20 }),
          (when, hook, packets) => {
            const conjuncts = unlessRefused(() => expandCondition(when, hook, catalog));
            if (!conjuncts) return;
            // Of other shapes, what is covered may stay where looking for it would cost more than it saves.
            const comparable = (a: Conjunct, b: Conjunct): boolean =>
              conjuncts.length <= 30 || shapeKey(a.family, a.pieces) === shapeKey(b.family, b.pieces);
            for (const [i, a] of conjuncts.entries()) {
              const covers = (b: Conjunct, k: number): boolean =>
                k !== i && comparable(a, b) && conjunctCovers(b, a);
              expect(conjuncts.some(covers)).toBe(false);
            }
            const set = {
              name: "one",
              attach: {
                xdp: { interfaces: ["eth0"], mode: "auto" as const },
                "tc-ingress": ["eth0"],
                "tc-egress": ["eth0"],
              },
              policies: [
                { name: "p", when, chain: [], priority: 0, continue: false, onError: "pass" as const },
              ],
            };
            const model = new TableModel([set], hook, catalog);
            for (const packet of packets) {
              expect(model.run(packet).length > 0).toBe(matches(when, packet, hook, catalog));
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );
});
