import { expect, it } from "vitest";
import { readJsonText } from "./json-text.js";
import { parsePolicyText, placeProblems, readPolicyText } from "./read.js";

const long = (text: string): string => text + " ".repeat(70_000);

it.each([
  ['{"a":{"k":1},"b":{"k":[{"k":2},"k","k"]}}', true],
  ['[{"a":1},{"a":1}]', true],
  ['{"a":"}","b":"\\"a\\":"}', true],
  ['{"a":1,"a":2}', false],
  ['{"x":{"a":1,"b":[],"a":2}}', false],
  ['{"a":1,"\\u0061":2}', false],
  ['{"a":1', false],
  ["a: 1", false],
])("%s is fit to be read fast: %s", (text, fit) => {
  const read = readJsonText(long(text));
  expect(read !== undefined).toBe(fit);
  if (read) expect(read.data).toEqual(JSON.parse(text));
});

it("leaves short texts alone", () => {
  expect(readJsonText("{}")).toBeUndefined();
});

it("reads the same policy sets, and knows where they stand", async () => {
  const set = {
    name: "a",
    attach: { xdp: ["eth0"] },
    policies: Array.from({ length: 10 }, (_, i) => ({ name: `p${i}`, when: { tcp: {} }, chain: ["drop"] })),
  };
  const text = JSON.stringify(set, null, 2);
  const fast = await readPolicyText(long(text), "a.json");
  expect(fast.map((l) => l.set)).toEqual(await parsePolicyText(text, "a.json"));
  const path = "policies[3].name";
  const problem = { code: "ERR_EMPTCP_NAME", severity: "error", path, message: "", hint: "" } as const;
  const [placed] = placeProblems(fast, [problem]);
  expect(placed?.place).toMatchObject({
    file: "a.json",
    line: text.slice(0, text.indexOf('"p3"')).split("\n").length,
  });
});

it("says where a long text is wrong", async () => {
  const text = long('{\n  "name": "a",\n  "name": "b"\n}');
  await expect(readPolicyText(text, "a.json")).rejects.toMatchObject({
    problems: [{ code: "ERR_EMPTCP_YAML", place: { line: 3 } }],
  });
});
