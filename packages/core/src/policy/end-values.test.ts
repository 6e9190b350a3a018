import { describe, expect, it } from "vitest";
import { ParamRefusal } from "../params/types.js";
import { parseEnd } from "./end-values.js";

describe("parseEnd", () => {
  it("reads alternatives and wildcards", () => {
    expect(parseEnd("*", "address")).toEqual([{}]);
    expect(parseEnd("*", "port")).toEqual([{}]);
    expect(parseEnd("*:443", "endpoint")).toEqual([{ ports: [{ from: 443, to: 443 }] }]);
    expect(parseEnd(["10.0.0.1:1", { port: "*", address: "fd00::/8" }], "endpoint")).toHaveLength(2);
    expect(parseEnd("10.0.0.0/8:1-9", "endpoint")).toMatchObject([{ addresses: [{ length: 8 }] }]);
    expect(parseEnd("[fd00::/16]:1", "endpoint")).toMatchObject([{ addresses: [{ length: 16 }] }]);
  });

  it.each([[[]], ["x"], [["10.0.0.1", 7]], [null], [{}]])("refuses %j as an address", (input) => {
    expect(parseEnd(input, "address")).toBeInstanceOf(ParamRefusal);
  });

  it.each([
    [[]],
    [7],
    [null],
    ["10.0.0.1"],
    ["fd00::1"],
    ["fd00::1:443"],
    ["[fd00::1]"],
    ["10.0.0.1:x"],
    ["x:1"],
    [":1"],
    [{}],
    [{ address: "10.0.0.1", prot: 1 }],
    [{ address: [], port: 1 }],
    [["10.0.0.1:1", "x"]],
  ])("refuses %j as an endpoint", (input) => {
    expect(parseEnd(input, "endpoint")).toBeInstanceOf(ParamRefusal);
  });

  it("says how to write what was meant", () => {
    expect(parseEnd("10.0.0.1", "endpoint")).toMatchObject({
      hint: 'write "10.0.0.1:*" when any port will do',
    });
    expect(parseEnd("fd00::1", "endpoint")).toMatchObject({
      hint: 'write "[fd00::1]:*" when any port will do',
    });
    expect(parseEnd("nonsense", "endpoint")).toMatchObject({ hint: undefined });
  });
});
