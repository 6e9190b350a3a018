import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkModulePackage } from "./check.js";

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true });
});

const object = "an object";
const json = {
  name: "@emptcp/actor-set-mark",
  version: "0.1.0",
  description: "Set a mark.",
  license: "GPL-2.0-only AND MIT",
  keywords: ["emptcp", "emptcp-actor"],
  emptcp: { manifest: "./dist/manifest.json" },
  files: ["dist", "src/*.bpf.c"],
  exports: { "./package.json": "./package.json" },
  peerDependencies: { "@emptcp/core": "^0.1.0" },
  devDependencies: { "@emptcp/core": "workspace:^", "@emptcp/testing": "workspace:^" },
};
const manifest = {
  name: json.name,
  version: json.version,
  symbol: "set_mark",
  objects: { xdp: { file: "set_mark.xdp.bpf.o", sha256: createHash("sha256").update(object).digest("hex") } },
};
const index = `export const setMark = defineActor({
  module: "set-mark", symbol: "set_mark", description: "Set " + "a mark.", hooks: ["xdp"], powers: [] });`;

const complete: Record<string, string> = {
  "package.json": JSON.stringify(json),
  "tsconfig.json": "{}",
  "README.md":
    "# @emptcp/actor-set-mark\n\n## Parameters\n\n## Example\n\n```yaml\n## not a heading\n```\n\n## Limits\n",
  "src/index.ts": index,
  "src/set_mark.bpf.c": "// SPDX-License-Identifier: GPL-2.0-only\nint x;\n",
  "test/set-mark.test.ts": "testActor(setMark, {});",
  "dist/manifest.json": JSON.stringify(manifest),
  "dist/set_mark.xdp.bpf.o": object,
  "node_modules/x/index.js": "",
};

/** Findings for the complete package with some files changed; undefined takes a file away. */
function findings(changes: Record<string, string | undefined> = {}, dir = "actor-set-mark"): string[] {
  const parent = mkdtempSync(join(tmpdir(), "check-plugins-"));
  made.push(parent);
  for (const [file, text] of Object.entries({ ...complete, ...changes })) {
    if (text === undefined) continue;
    const path = join(parent, dir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return checkModulePackage(join(parent, dir), "0.1.3").map(({ file, text }) => `${file}: ${text}`);
}

const changedJson = (change: object): Record<string, string> => ({
  "package.json": JSON.stringify({ ...json, ...change }),
});

describe("a complete module package", () => {
  it("has nothing wrong", () => {
    expect(findings()).toEqual([]);
  });
});

it("takes a reason in place of the contract", () => {
  expect(findings({ "test/set-mark.test.ts": "// Without testActor: it needs no packets.\n" })).toEqual([]);
});

describe("an incomplete module package", () => {
  const cases: [string, Record<string, string | undefined>, RegExp][] = [
    ["a missing file", { "tsconfig.json": undefined }, /^tsconfig\.json: the file is missing: write it/],
    ["no test", { "test/set-mark.test.ts": undefined }, /^test: 0 tests: keep exactly one/],
    ["a seventh file", { "src/extra.ts": "" }, /^src\/extra\.ts: not one of the six files/],
    [
      "a package.json that is not JSON",
      { "package.json": "{" },
      /name is missing: write @emptcp\/actor-set-mark/,
    ],
    [
      "another npm name",
      changedJson({ name: "@emptcp/actor-mark" }),
      /name is @emptcp\/actor-mark: write @emptcp\/actor-set-mark/,
    ],
    [
      "another export",
      { "src/index.ts": index.replace("setMark", "mark") },
      /exported name is mark: write setMark/,
    ],
    [
      "another C symbol",
      { "src/index.ts": index.replace("set_mark", "mark") },
      /symbol is mark: write set_mark/,
    ],
    [
      "the wrong define",
      { "src/index.ts": index.replace("defineActor", "defineSelector") },
      /write defineActor/,
    ],
    ["no definition", { "src/index.ts": "export {};" }, /no definition: export const setMark = defineActor/],
    [
      "a description without period",
      { "src/index.ts": index.replace("mark.", "mark") },
      /does not end with a period/,
    ],
    [
      "a package description without period",
      changedJson({ description: "Set" }),
      /^package\.json: description/,
    ],
    ["another licence", changedJson({ license: "MIT" }), /license is MIT: write "GPL-2\.0-only AND MIT"/],
    ["a missing keyword", changedJson({ keywords: ["emptcp"] }), /keyword emptcp-actor is missing/],
    ["no manifest entry", changedJson({ emptcp: {} }), /emptcp\.manifest is missing/],
    ["sources that do not ship", changedJson({ files: ["dist"] }), /files does not name src\/\*\.bpf\.c/],
    ["a hidden package.json", changedJson({ exports: {} }), /exports lacks/],
    [
      "a workspace peer range",
      changedJson({ peerDependencies: { "@emptcp/core": "workspace:^" } }),
      /peer range.*by hand/,
    ],
    [
      "a peer range that leaves core out",
      changedJson({ peerDependencies: { "@emptcp/core": "^2.0.0" } }),
      /peer range/,
    ],
    [
      "a pinned dev dependency",
      changedJson({ devDependencies: { "@emptcp/core": "0.1.0" } }),
      /"@emptcp\/core": "workspace:\^"/,
    ],
    [
      "long C",
      { "src/set_mark.bpf.c": `${complete["src/set_mark.bpf.c"]}${"int y;\n".repeat(99)}` },
      /101 lines: bring it to 100/,
    ],
    ["C without licence", { "src/set_mark.bpf.c": "int x;\n" }, /line 1 is not the licence/],
    [
      "a README without title",
      { "README.md": "# Mark\n## Parameters\n## Example\n" },
      /line 1 is not the title/,
    ],
    [
      "an unknown heading",
      { "README.md": `${complete["README.md"]}## Notes\n` },
      /unknown heading "## Notes"/,
    ],
    [
      "a missing heading",
      { "README.md": "# @emptcp/actor-set-mark\n## Example\n" },
      /no heading "## Parameters"/,
    ],
    [
      "headings out of order",
      { "README.md": "# @emptcp/actor-set-mark\n## Example\n## Parameters\n" },
      /out of order/,
    ],
    [
      "a test without the contract",
      { "test/set-mark.test.ts": "it('x', () => {});" },
      /call testActor\(setMark/,
    ],
    ["no build", { "dist/manifest.json": undefined }, /^dist\/manifest\.json: not built/],
    [
      "a manifest of another version",
      { "dist/manifest.json": JSON.stringify({ ...manifest, version: "0.0.9" }) },
      /version is 0\.0\.9/,
    ],
    [
      "a manifest without objects",
      { "dist/manifest.json": JSON.stringify({ ...manifest, objects: {} }) },
      /names no object/,
    ],
    ["a missing object", { "dist/set_mark.xdp.bpf.o": undefined }, /it is not there: run npm run build/],
    ["a changed object", { "dist/set_mark.xdp.bpf.o": "another" }, /sha256 differs/],
  ];

  it.each(cases)("says what to do about %s", (_, changes, expected) => {
    const found = findings(changes);
    expect(
      found.some((line) => expected.test(line)),
      found.join("\n"),
    ).toBe(true);
    for (const line of found) expect(line).toMatch(/^[^:]*: .+: .+/);
  });

  it("refuses a C name that the kernel would cut", () => {
    const found = findings({}, "actor-set-the-longest-mark");
    expect(found).toContainEqual(expect.stringContaining("set_the_longest_mark has 20 characters"));
  });
});
