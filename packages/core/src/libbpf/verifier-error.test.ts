import { expect, test } from "vitest";
import { summarizeLog, VerifierError } from "./verifier-error.js";

const INVALID_R0 = `0: R1=ctx(off=0,imm=0) R10=fp0
; int p(struct xdp_md *ctx)
0: (95) exit
R0 !read_ok
processed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
`;

test("the last line that tells something is shown, with what is left out", () => {
  expect(summarizeLog("one\ntwo\nunknown func bpf_nothing#999\nprocessed 2 insns (limit 1)\n")).toBe(
    "unknown func bpf_nothing#999 (2 lines omitted)",
  );
});

test("a line that makes no sense alone comes with the one before", () => {
  expect(summarizeLog(INVALID_R0)).toBe("0: (95) exit: R0 !read_ok (2 lines omitted)");
});

test("short and empty logs", () => {
  expect(summarizeLog("too big\n")).toBe("too big");
  expect(summarizeLog("a\nb\n")).toBe("b (1 line omitted)");
  expect(summarizeLog("processed 0 insns\n")).toBe("the verifier left no log");
  expect(summarizeLog("")).toBe("the verifier left no log");
});

test("the error has all of it", () => {
  const error = new VerifierError("p", INVALID_R0, 13);
  expect(error.message).toBe("load program p: 0: (95) exit: R0 !read_ok (2 lines omitted)");
  expect(error).toMatchObject({
    program: "p",
    log: INVALID_R0,
    errno: 13,
    summary: "0: (95) exit: R0 !read_ok (2 lines omitted)",
  });
});
