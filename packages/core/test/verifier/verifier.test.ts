import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../src/build/index.js";
import { BpfObject, VerifierError } from "../../src/libbpf/index.js";
import type { Hook } from "../../src/module/types.js";
import { VERIFIER_HINTS, verifierHint } from "../../src/libbpf/verifier-hints.js";
import { readVerifierLog } from "../../src/libbpf/verifier-log.js";

const bad = join(import.meta.dirname, "bad");
const logs = join(import.meta.dirname, "../../src/libbpf/verifier-logs");

/** Every module of bad/: what is wrong with it, and the hook where that shows (XDP unless given). */
const cases: readonly { name: string; cause: string; hook?: Hook }[] = [
  { name: "another_hook", cause: "helper not here" },
  { name: "computed_offset", cause: "offset without bounds" },
  { name: "context_write", cause: "field of the context", hook: "tc-ingress" },
  { name: "copy_too_long", cause: "more than the stack has room for" },
  { name: "endless_loop", cause: "endless loop" },
  { name: "lost_record", cause: "lost reference" },
  { name: "modified_context", cause: "context moved" },
  { name: "null_header", cause: "no pointer" },
  { name: "null_map_value", cause: "map value may be NULL" },
  { name: "packet_access", cause: "packet bounds" },
  { name: "params_index", cause: "outside of a map value" },
  { name: "stack_overflow", cause: "stack too deep" },
  { name: "stale_pointer", cause: "no pointer", hook: "tc-ingress" },
  { name: "too_complex", cause: "too many paths" },
  { name: "unbounded_index", cause: "outside of a map value" },
  { name: "zero_length", cause: "length may be 0" },
];

describe("bad modules in the real kernel", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "emptcp-verifier-"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it("are all listed", () => {
    expect(cases.map(({ name }) => `${name}.bpf.c`)).toEqual(readdirSync(bad).sort());
  });

  it.each(cases)("$name: $cause", async ({ name, cause, hook = "xdp" }) => {
    const source = `${name}.bpf.c`;
    const output = join(dir, `${name}.o`);
    await compile({ package: name, cwd: bad, source, output, hook });
    const error = refusal(name, readFileSync(output));
    if (process.env["EMPTCP_VERIFIER_LOGS"]) keep(name, error.log);
    const lines = readFileSync(join(bad, source), "utf8").split("\n");
    const report = readVerifierLog(error.log);
    expect(verifierHint(report.telling)?.name, error.summary).toBe(cause);
    expect(error.hint).toBe(VERIFIER_HINTS.find((h) => h.name === cause)?.hint);
    // A stack is too small for a whole program, not at a line of it.
    if (cause === "stack too deep") return;
    const marked = lines.findIndex((line) => line.includes("/* here */")) + 1;
    const place = report.taken ?? report.source;
    expect(place?.text, error.summary).toBe(lines[marked - 1]?.replace("/* here */", "").trim());
    if (place?.file !== undefined) expect(place).toMatchObject({ file: source, line: marked });
  });
});

function refusal(name: string, bytes: Buffer): VerifierError {
  using object = BpfObject.open(bytes, { name });
  object.setRodata("emptcp_next", 1);
  try {
    object.load();
  } catch (error) {
    if (error instanceof VerifierError) return error;
    throw error;
  }
  throw new Error(`the kernel took ${name}`);
}

/** Logs for the unit tests, cut to their end where they are long. */
function keep(name: string, log: string): void {
  writeFileSync(join(logs, `${name}.txt`), `${log.split("\n").slice(-400).join("\n").slice(-12_000)}\n`);
}
