import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { VERIFIER_HINTS, verifierHint } from "./verifier-hints.js";
import { readVerifierLog } from "./verifier-log.js";
import { summarizeLog, VerifierError } from "./verifier-error.js";

const INVALID_R0 = `0: R1=ctx(off=0,imm=0) R10=fp0
; int p(struct xdp_md *ctx)
0: (95) exit
R0 !read_ok
processed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
`;

const SUMMARY_R0 = "0: (95) exit: R0 !read_ok (2 lines omitted)\n  int p(struct xdp_md *ctx)";

test("the last line that tells something is shown, with what is left out", () => {
  expect(summarizeLog("one\ntwo\nunknown func bpf_nothing#999\nprocessed 2 insns (limit 1)\n")).toBe(
    "unknown func bpf_nothing#999 (2 lines omitted)",
  );
});

test("a line that makes no sense alone comes with the one before", () => {
  expect(summarizeLog(INVALID_R0)).toBe(SUMMARY_R0);
});

test("short and empty logs", () => {
  expect(summarizeLog("too big\n")).toBe("too big");
  expect(summarizeLog("a\nb\n")).toBe("b (1 line omitted)");
  expect(summarizeLog("processed 0 insns\n")).toBe("the verifier left no log");
  expect(summarizeLog("")).toBe("the verifier left no log");
});

test("the error has all of it", () => {
  const error = new VerifierError("p", INVALID_R0, 13);
  expect(error.message).toBe(`load program p: ${SUMMARY_R0}`);
  expect(error).toMatchObject({
    program: "p",
    log: INVALID_R0,
    errno: 13,
    summary: SUMMARY_R0,
  });
  expect(inspect(error)).not.toContain("max_states_per_insn");
});

/** Ends of logs of Linux 6.18, made by test/verifier with EMPTCP_VERIFIER_LOGS=1. */
const logs = join(import.meta.dirname, "verifier-logs");
const logOf = (name: string): string => readFileSync(join(logs, `${name}.txt`), "utf8");

test("every real log has its usual cause", () => {
  const found = readdirSync(logs).map((file) => {
    const { telling } = readVerifierLog(readFileSync(join(logs, file), "utf8"));
    return [file.replace(".txt", ""), verifierHint(telling)?.name];
  });
  expect(Object.fromEntries(found)).toMatchInlineSnapshot(`
    {
      "another_hook": "helper not here",
      "computed_offset": "offset without bounds",
      "context_write": "field of the context",
      "copy_too_long": "more than the stack has room for",
      "endless_loop": "endless loop",
      "lost_record": "lost reference",
      "modified_context": "context moved",
      "null_header": "no pointer",
      "null_map_value": "map value may be NULL",
      "packet_access": "packet bounds",
      "params_index": "outside of a map value",
      "stack_overflow": "stack too deep",
      "stale_pointer": "no pointer",
      "too_complex": "too many paths",
      "unbounded_index": "outside of a map value",
      "zero_length": "length may be 0",
    }
  `);
});

test("the line of C stands below", () => {
  expect(summarizeLog(logOf("packet_access"))).toMatchInlineSnapshot(`
    "invalid access to packet, off=20 size=1, R1(id=0,off=20,r=0): R1 offset is outside of the packet (68 lines omitted)
      packet_access.bpf.c:9: return packet[20] ? EMPTCP_DROP : EMPTCP_NEXT;"
  `);
});

test("where it is a header's, both lines are told", () => {
  expect(summarizeLog(logOf("copy_too_long"))).toMatchInlineSnapshot(`
    "invalid write to stack R3 off=-24 size=65535 (99 lines omitted)
      in hook.bpf.h:92, after copy_too_long.bpf.c:12: emptcp_load(ctx, pkt->l4, bytes, bpf_ntohs(udp->len) | 1);"
  `);
});

test("a lost reference is told where it was taken", () => {
  expect(summarizeLog(logOf("lost_record"))).toMatchInlineSnapshot(`
    "Unreleased reference id=7 alloc_insn=69: tail_call would lead to reference leak (83 lines omitted)
      taken at lost_record.bpf.c:12: __u32 *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);"
  `);
});

test("an endless loop is told without the states that follow", () => {
  expect(summarizeLog(logOf("endless_loop"))).toMatchInlineSnapshot(`
    "infinite loop detected at insn 83 (95 lines omitted)
      endless_loop.bpf.c:11: while (tcp->source != tcp->dest)"
  `);
});

test("logs before Linux 6.10 name no file, and call numbers inv", () => {
  const log = `0: R1=ctx(off=0,imm=0) R10=fp0
; return tcp->syn ? EMPTCP_DROP : EMPTCP_NEXT;
73: (69) r1 = *(u16 *)(r2 +12)
R2 invalid mem access 'inv'
processed 100 insns (limit 1000000) max_states_per_insn 1 total_states 8 peak_states 8 mark_read 0
`;
  const error = new VerifierError("p", log, 13);
  expect(error.summary).toBe(
    "73: (69) r1 = *(u16 *)(r2 +12): R2 invalid mem access 'inv' (2 lines omitted)\n" +
      "  return tcp->syn ? EMPTCP_DROP : EMPTCP_NEXT;",
  );
  expect(error.hint).toBe(VERIFIER_HINTS.find(({ name }) => name === "no pointer")?.hint);
});
