import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Policy, PolicySet } from "../../policy/types.js";
import { emptyManifest, type GenerationManifest } from "../manifest.js";
import { Journal } from "./journal.js";
import { JournalFile } from "./journal-file.js";
import type { HistoryEntry } from "./entry.js";
import { stateOf } from "./state-dir.js";

const root = mkdtempSync(join(tmpdir(), "emptcp-journal-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const directory = (): string => join(root, `${++count}`);

const policy = (name: string, priority = 0): Policy => ({
  name,
  when: { kind: "all", of: [] },
  chain: [],
  priority,
  continue: false,
  onError: "pass",
});
const set = (name: string, ...policies: Policy[]): PolicySet => ({
  name,
  attach: { "tc-ingress": ["@test"] },
  policies,
});
const generation = (number: number, ...sets: PolicySet[]): GenerationManifest => ({
  ...emptyManifest("0.1.0", 1),
  number,
  sets,
});
const change = (before: GenerationManifest, after: GenerationManifest, lastRule = 0) => ({
  action: { what: "apply" },
  before,
  after,
  identity: 7n,
  lastRule,
});

describe("the journal", () => {
  it("tells who changed what, and gives the policy sets of then back", () => {
    const journal = new Journal(directory());
    const states = [
      generation(0),
      generation(1, set("a", policy("p"), policy("q")), set("b")),
      generation(2, set("a", policy("p", 5), policy("r"))),
    ] as const;
    journal.record(change(states[0], states[1]));
    journal.record(change(states[1], states[2], 12));
    journal.record({ ...change(states[2], states[2], 12), after: undefined, error: new Error("no") });
    expect(journal.problem).toBeUndefined();
    const entries = journal.entries();
    expect(entries).toMatchObject([
      { id: 1, ok: true, before: 0, generation: 1, sets: [{ set: "a", change: "added" }, { set: "b" }] },
      {
        id: 2,
        rules: 12,
        sets: [
          { set: "a", change: "changed", added: ["r"], changed: ["p"], removed: ["q"] },
          { set: "b", change: "removed" },
        ],
      },
      { id: 3, ok: false, generation: 2, sets: [], rules: 0, error: { message: "no" } },
    ]);
    expect(entries[0]?.who.uid).toBe(process.getuid?.());
    expect(entries.map((e) => journal.sets(e))).toEqual([states[1].sets, states[2].sets, undefined]);
  });

  it("is readable by its owner only", () => {
    const path = directory();
    const journal = new Journal(path);
    journal.record(change(generation(0), generation(1, set("a"))));
    expect(statSync(journal.path).mode & 0o777).toBe(0o600);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it("loses the line that a crash has cut, and no other", () => {
    const journal = new Journal(directory());
    journal.record(change(generation(0), generation(1, set("a"))));
    const { size } = statSync(journal.path);
    journal.record(change(generation(1, set("a")), generation(2)));
    truncateSync(journal.path, size + 40);
    expect(journal.entries().map((e) => e.id)).toEqual([1]);
    journal.record(change(generation(2), generation(3, set("c"))));
    const entries = journal.entries();
    // Generation 2 runs, and its entry is lost: it is told again.
    expect(entries.map((e) => [e.id, e.what, e.generation])).toEqual([
      [1, "apply", 1],
      [2, "found", 2],
      [3, "apply", 3],
    ]);
    expect(entries[1]?.sets).toEqual([{ set: "a", change: "removed" }]);
  });

  it("does not trust what it finds", () => {
    const path = directory();
    const journal = new Journal(path);
    journal.record(change(generation(0), generation(1, set("a"))));
    appendFileSync(journal.path, "[]\nnull\n{}\n\u0000\u0001\n");
    const [entry] = journal.entries();
    expect(journal.entries()).toHaveLength(1);
    const snapshot = join(path, "snapshots", entry?.snapshot ?? "");
    writeFileSync(snapshot, "damaged");
    expect(journal.sets(entry as HistoryEntry)).toBeUndefined();
    expect(journal.sets({ ...(entry as HistoryEntry), snapshot: "../journal.ndjson" })).toBeUndefined();
  });

  it("follows no symbolic link", () => {
    const path = directory();
    const target = join(root, "target");
    writeFileSync(target, "untouched");
    mkdirSync(path);
    symlinkSync(target, join(path, "journal.ndjson"));
    const journal = new Journal(path);
    journal.record(change(generation(0), generation(1, set("a"))));
    expect(journal.problem).toContain("ELOOP");
    expect(readFileSync(target, "utf8")).toBe("untouched");
  });

  it("says what is wrong instead of failing", () => {
    const path = directory();
    writeFileSync(path, "a file where a directory should be");
    const journal = new Journal(path);
    journal.record(change(generation(0), generation(1, set("a"))));
    expect(journal.problem).toMatch(/^write history in .*: .* \(E(NOTDIR|EXIST)\)$/);
    rmSync(path);
    journal.record(change(generation(0), generation(1, set("a"))));
    expect(journal.problem).toBeUndefined();
  });

  it("stays bounded: the older half goes, and the snapshots that nobody names", () => {
    const path = directory();
    const journal = new Journal(path);
    journal.record(change(generation(0), generation(1, set("first"))));
    const [entry] = journal.entries();
    const file = new JournalFile(path);
    appendFileSync(
      file.path,
      Array.from(
        { length: 1100 },
        (_, i) => `${JSON.stringify({ ...entry, id: i + 2, snapshot: undefined })}\n`,
      ).join(""),
    );
    journal.record(change(generation(1, set("first")), generation(2, set("last"))));
    const entries = journal.entries();
    expect(entries.length).toBeLessThan(600);
    expect(entries.at(-1)).toMatchObject({ id: 1102, generation: 2 });
    expect(readdirSync(join(path, "snapshots"))).toEqual([entries.at(-1)?.snapshot]);
  });

  it("has every entry that was acknowledged, wherever its writer is killed", async () => {
    const path = directory();
    const script = `
      import { Journal } from ${JSON.stringify(new URL("./journal.ts", import.meta.url).href)};
      const journal = new Journal(${JSON.stringify(path)});
      const manifest = (number) => ({ number, sets: [{ name: "s" + number, attach: {}, policies: [] }], modules: [], createdAt: "" });
      for (let n = Number(process.argv[1]); ; n++) {
        journal.record({ action: { what: "apply" }, before: manifest(n - 1), after: manifest(n), identity: 7n, lastRule: 0 });
        if (journal.problem) throw new Error(journal.problem);
        process.stdout.write(n + "\\n");
      }`;
    let last = 0;
    for (const delay of [0, 3, 11]) {
      const args = ["--conditions=@emptcp/source", "--import", "tsx", "--input-type=module", "-e", script];
      const child = spawn(process.execPath, [...args, `${last + 1}`], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let output = "";
      child.stdout.on("data", (text: Buffer) => (output += text.toString()));
      await once(child.stdout, "data");
      await new Promise((resume) => setTimeout(resume, delay));
      child.kill("SIGKILL");
      await once(child, "close");
      const acknowledged = Number(output.trim().split("\n").at(-1));
      const entries = new Journal(path).entries();
      expect(entries.map((e) => e.id)).toEqual(entries.map((_, i) => i + 1));
      const generations = new Set(entries.map((e) => e.generation));
      for (let n = 1; n <= acknowledged; n++) expect(generations).toContain(n);
      const newest = entries.at(-1) as HistoryEntry;
      expect(new Journal(path).sets(newest)).toMatchObject([{ name: `s${newest.generation}` }]);
      last = newest.generation;
    }
  });
});

it("keeps the state of each pin directory apart", () => {
  const names = ["/sys/fs/bpf/emptcp", "/sys/fs/bpf-emptcp", "/sys/fs/bpf%2demptcp"].map((p) =>
    stateOf("/s", p),
  );
  expect(names[0]).toBe("/s/sys-fs-bpf-emptcp");
  expect(new Set(names).size).toBe(3);
});
