import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawable, drawsOf, nearestDrawable } from "./draw.js";

/** The digits of a number's remainder, least significant first, each in `bits` bits. */
const digits = (n: number, base: number, count: number, bits: number): number =>
  [...(n % base ** count).toString(base)]
    .reverse()
    .reduce((all, d, i) => all + Number(d) * 2 ** (i * bits), 0);
const drawOf = (n: number): number =>
  digits(n, 2, 10, 1) + digits(n, 5, 6, 3) * 2 ** 10 + digits(n, 3, 2, 2) * 2 ** 28;
const hit = (part: number, of: number, n: number): boolean =>
  drawsOf({ part, of }).some(({ value, mask }) => (drawOf(n) & mask) >>> 0 === value);

describe("draws", () => {
  it.each([
    [1, 1],
    [1, 2],
    [1, 3],
    [2, 9],
    [1, 10],
    [3, 10],
    [1, 100],
    [99, 100],
    [7, 1000],
    [1, 1024],
  ])("of %d in %d are that many of as many numbers in a row, wherever they begin", (part, of) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 2048 }), (start) => {
        const hits = Array.from({ length: of }, (_, i) => hit(part, of, start + i)).filter(Boolean);
        expect(hits).toHaveLength(part);
      }),
      { numRuns: of > 500 ? 3 : 20 },
    );
  });

  it("have one mask and different values", () => {
    const draws = drawsOf({ part: 617, of: 5000 });
    expect(new Set(draws.map(({ mask }) => mask)).size).toBe(1);
    expect(new Set(draws.map(({ value }) => value)).size).toBe(617);
    expect(draws.every(({ value, mask }) => (value & mask) >>> 0 === value)).toBe(true);
  });

  it("exist for what divides 2^10 3^2 5^6, in at most 1000 parts", () => {
    expect(drawable({ part: 1, of: 2 ** 10 * 9 * 5 ** 6 })).toBe(true);
    for (const of of [7, 2 ** 11, 27, 5 ** 7]) expect(drawable({ part: 1, of }), `${of}`).toBe(false);
    expect(drawable({ part: 1001, of: 2000 })).toBe(false);
    expect(nearestDrawable({ part: 1, of: 4_000_000_000 })).toEqual({ part: 1, of: 1000 });
  });
});
