import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compile } from "./compile.js";
import type { Outcome } from "./misuse-child.js";

const SOURCE = `
const volatile __u32 limit = 0;
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } numbers SEC(".maps");
SEC("xdp") int misuse(struct xdp_md *ctx)
{
	__u32 key = limit;
	return bpf_map_lookup_elem(&numbers, &key) ? XDP_DROP : XDP_PASS;
}`;

let dir: string;
let lines: Outcome[] = [];
let ended: {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "emptcp-misuse-"));
  writeFileSync(join(dir, "misuse.o"), compile(SOURCE));
  const child = join(import.meta.dirname, "misuse-child.ts");
  const result = spawnSync(process.execPath, ["--import", "tsx", child, join(dir, "misuse.o")], {
    encoding: "utf8",
  });
  ended = result;
  lines = result.stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t") as unknown as Outcome);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it("no misuse ends the process", () => {
  expect(ended, lines.at(-1)?.[0]).toMatchObject({ status: 0, signal: null });
  expect(lines.at(-1)).toEqual(["waiting reader", "ended true"]);
  expect(lines.length).toBeGreaterThan(80);
});

it("every misuse throws an error that says what it was", () => {
  const silent = lines.filter(([, outcome = ""]) => !/^(\w*Error): .{5,}|^ended/.test(outcome));
  expect(silent).toEqual([]);
  const blind = lines.filter(([, outcome = ""]) => /undefined|\[object|Cannot read/.test(outcome));
  expect(blind).toEqual([]);
});

it("use after close says so", () => {
  for (const [name, outcome] of lines.filter(([n]) => n.includes("after close")))
    expect(outcome, name).toMatch(/closed/);
});
