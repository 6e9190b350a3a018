import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DIFFERS, exitCodeOf, FAILURE, INPUT_CODES, NOTHING_RUNS, WRONG_INPUT } from "./exit-code.js";

const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
/** Codes that core does not have: of this command line and of the lab. */
const OWN = ["ERR_EMPTCP_USAGE", "ERR_EMPTCP_LAB_SPEC"];

it("knows only codes that exist", () => {
  const unknown = INPUT_CODES.filter((code) => !OWN.includes(code) && !page.includes(`## ${code}\n`));
  expect(unknown).toEqual([]);
});

it("tells what was wrong from what went wrong", () => {
  expect(exitCodeOf({ code: "ERR_EMPTCP_TRACE_FILTER" })).toBe(WRONG_INPUT);
  expect(exitCodeOf({ code: "ERR_EMPTCP_LOCKED" })).toBe(FAILURE);
  expect(exitCodeOf({ code: "ERR_EMPTCP_NOT_RUNNING" })).toBe(NOTHING_RUNS);
  expect(exitCodeOf(new Error("x"))).toBe(FAILURE);
  expect(new Set([DIFFERS, FAILURE, NOTHING_RUNS, WRONG_INPUT]).size).toBe(4);
});
