import { expect, it } from "vitest";
import { locator } from "./locate.js";

const text = `name: one
policies:
  - name: a
    when: { all: [ { port: { dst: 1 } }, any ] }
    chain:
      - record
      - set-window:
          window: 5
---
- name: two
- name: three
  policies: []
`;

it.each([
  [0, "", 1, 1],
  [0, "name", 1, 1],
  [0, "policies[0]", 3, 5],
  [0, "policies[0].when.all[0].port.dst", 4, 30],
  [0, "policies[0].when.all[1]", 4, 42],
  [0, "policies[0].chain[0]", 6, 9],
  [0, "policies[0].chain[0].record.absent", 6, 9],
  [0, "policies[0].chain[1].set-window.window", 8, 11],
  [0, "policies[0].chain[1].set-window.absent", 7, 9],
  [1, "name", 10, 3],
  [2, "policies", 12, 3],
])("set %i, path %s is at %i:%i", (set, path, line, column) => {
  expect(locator(text)(set, path)).toEqual({ line, column });
});

it("knows no place of a set that is not there", () => {
  expect(locator(text)(9, "name")).toBeUndefined();
});

it("reads JSON alike", () => {
  const json = '{\n  "name": "x",\n  "policies": [{ "chain": [{ "drop": {} }] }]\n}';
  expect(locator(json)(0, "policies[0].chain[0].drop")).toEqual({ line: 3, column: 30 });
});
