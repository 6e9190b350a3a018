import { expect, it } from "vitest";
import { addedNames } from "./added-names.js";

it("gives every file a name of its own that tar can hold", () => {
  expect(addedNames(["a/x.log", "b/x.log", "y"])).toEqual(["added-x.log", "added-2-x.log", "added-y"]);
  const long = addedNames(["é".repeat(120), `b/${"é".repeat(120)}`]);
  expect(new Set(long).size).toBe(2);
  for (const name of long) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(80);
});
