import { expect, it } from "vitest";
import { boundaryValues } from "./boundary-values.js";

const description = "A number.";

it("takes the bounds of the kind where none are given", () => {
  expect(boundaryValues({ kind: "u16", description })).toEqual({
    accepted: [0, 65535],
    refused: [-1, 65536, 0.5, "many", true, {}],
  });
});

it("takes the descriptor's bounds and default", () => {
  const { accepted, refused } = boundaryValues({ kind: "u8", description, min: 1, max: 7, default: 3 });
  expect(accepted).toEqual([1, 7, 1, 7, 3]);
  expect(refused.slice(0, 2)).toEqual([0, 8]);
});

it("writes 64-bit bounds exactly", () => {
  expect(boundaryValues({ kind: "u64", description }).accepted).toEqual([0, "18446744073709551615"]);
  expect(boundaryValues({ kind: "u64", description }).refused[1]).toBe("18446744073709551616");
});

it("names every value of an enum", () => {
  expect(boundaryValues({ kind: "enum", description, values: { a: 0, b: 1 } }).accepted).toEqual(["a", "b"]);
});
