import { expect, it } from "vitest";
import { verdictOf } from "./verdict.js";

it.each([
  ["xdp", 2, "pass"],
  ["xdp", 1, "drop"],
  ["xdp", 4, "redirect"],
  ["xdp", 3, "tx"],
  ["xdp", 0, "aborted"],
  ["tc-ingress", 0xffffffff, "pass"],
  ["tc-ingress", -1, "pass"],
  ["tc-egress", 0, "pass"],
  ["tc-egress", 2, "drop"],
  ["tc-egress", 7, "redirect"],
  ["tc-egress", 0x100, "unknown (256)"],
] as const)("on %s %d is %s", (hook, retval, verdict) => {
  expect(verdictOf(hook, retval)).toBe(verdict);
});
