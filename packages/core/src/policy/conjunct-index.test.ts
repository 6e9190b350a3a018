import { describe, expect, it } from "vitest";
import { ConjunctIndex } from "./conjunct-index.js";
import type { Conjunct } from "./types.js";

const conjunct = (value: number, mask: number, family: 0 | 4 = 4): Conjunct => ({
  family,
  pieces: [{ selector: "x", family, value: Uint8Array.of(value & mask), mask: Uint8Array.of(mask) }],
  negatives: [],
});
const everything: Conjunct = { family: 0, pieces: [], negatives: [] };

describe("index of conjuncts", () => {
  it("finds those that cover another one, and no others", () => {
    const index = new ConjunctIndex<string>();
    index.add(conjunct(0x12, 0xff), "exact");
    index.add(conjunct(0x10, 0xf0), "wide");
    index.add(conjunct(0x20, 0xf0), "elsewhere");
    index.add(conjunct(0x12, 0xff, 0), "any family");
    index.add(everything, "everything");
    expect([...index.covering(conjunct(0x12, 0xff))].sort()).toEqual([
      "any family",
      "everything",
      "exact",
      "wide",
    ]);
    expect([...index.covering(conjunct(0x10, 0xf0))].sort()).toEqual(["everything", "wide"]);
    expect([...index.covering(everything)]).toEqual(["everything"]);
  });
});
