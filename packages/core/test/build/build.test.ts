import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildPackage, compile } from "../../src/build/index.js";

const actor = join(import.meta.dirname, "../../../actor-set-window");
let directory: string;

/** A copy of set-window whose files may be changed. */
function copy(name: string): string {
  const to = join(directory, name);
  mkdirSync(to, { recursive: true });
  for (const path of ["package.json", "src", "node_modules"]) {
    cpSync(join(actor, path), join(to, path), {
      recursive: true,
      verbatimSymlinks: false,
      dereference: false,
    });
  }
  return to;
}

function edit(dir: string, file: string, from: string, to: string): void {
  const path = join(dir, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

const source = "src/set_window.bpf.c";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "emptcp-build-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("build", () => {
  it("makes the same bytes in every directory, and nothing anew without need", async () => {
    const [one, two] = [copy("one"), copy("a/longer/two")];
    const first = await buildPackage(one);
    const second = await buildPackage(two);
    expect(second.manifest).toEqual(first.manifest);
    expect(first.built).toBe(true);
    expect((await buildPackage(one)).built).toBe(false);
    edit(one, source, "only_lower;", "only_lower; /* changed */");
    expect((await buildPackage(one)).built).toBe(true);
  });

  it("writes names, places and powers into the manifest", async () => {
    const { manifest } = await buildPackage(copy("one"));
    expect(manifest).toMatchObject({
      schema: 1,
      kind: "actor",
      module: "set-window",
      symbol: "set_window",
      abi: 1,
      paramsSize: 4,
      powers: ["change-header"],
      maps: [],
      params: [
        { name: "window", offset: 0, size: 2 },
        { name: "onlyLower", offset: 2, size: 1 },
      ],
    });
    expect(manifest?.helpers).toContain("bpf_tail_call");
    expect(Object.keys(manifest?.objects ?? {})).toEqual(["xdp", "tc-ingress", "tc-egress"]);
  });

  it("names every difference between TypeScript and C", async () => {
    const dir = copy("one");
    edit(dir, source, "__u16 window;", "__u32 window;\n\t__u16 other;");
    await expect(buildPackage(dir)).rejects.toThrow(
      /u16 takes 2 bytes, member window has 4[\s\S]*member other has no parameter/,
    );
  });

  it("shows clang's message with the source line", async () => {
    const dir = copy("one");
    edit(dir, source, "return EMPTCP_NEXT;", "return EMPTCP_NEXTT;");
    await expect(buildPackage(dir)).rejects.toThrow(
      /set_window\.bpf\.c:\d+:\d+: error: .*EMPTCP_NEXTT[\s\S]*return EMPTCP_NEXTT;/,
    );
  });

  it("keeps the objects that are there when it fails", async () => {
    const dir = copy("one");
    await buildPackage(dir);
    const before = readFileSync(join(dir, "dist/set_window.xdp.bpf.o"));
    edit(dir, source, "return EMPTCP_NEXT;", "return EMPTCP_NEXTT;");
    await expect(buildPackage(dir)).rejects.toThrow("EMPTCP_NEXTT");
    expect(readFileSync(join(dir, "dist/set_window.xdp.bpf.o"))).toEqual(before);
  });

  it("refuses parameters that do not fit a row", async () => {
    const dir = copy("one");
    edit(dir, source, "__u16 window;", "__u16 window;\n\t__u8 much[2000];");
    const job = { package: "x", cwd: dir, source, output: join(dir, "x.o"), hook: "xdp" as const };
    await expect(compile(job)).rejects.toThrow(/parameters of set_window fit a row/);
  });
});
