import { expect, it } from "vitest";
import { formatValue, jsonValue } from "./value.js";

const value = {
  id: 7n,
  at: { ip: "10.0.0.1", ports: [1, 2] },
  raw: Buffer.from("ab"),
  text: "a b",
  none: "",
};

it("prints a struct on one line", () => {
  expect(formatValue(value)).toBe('id=7 at={ip=10.0.0.1 ports=[1 2]} raw=6162 text="a b" none=""');
  expect(formatValue(5)).toBe("5");
});

it("shows control characters of foreign text", () => {
  expect(formatValue("\u001b[31mred")).not.toContain("\u001b");
});

it("makes JSON of buffers and keeps the rest", () => {
  expect(jsonValue(value)).toMatchObject({ raw: "6162", at: { ports: [1, 2] } });
});
