import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildPackage, verifyModule } from "../../src/build/index.js";

const packages = join(import.meta.dirname, "../../..");
const source = "src/set_window.bpf.c";
let dir: string;

/** A module in a directory of its author's: nothing but a link to the SDK's packages around it. */
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "emptcp-author-"));
  for (const path of ["package.json", "src"])
    cpSync(join(packages, "actor-set-window", path), join(dir, path), { recursive: true });
  mkdirSync(join(dir, "node_modules"));
  symlinkSync(packages, join(dir, "node_modules/@emptcp"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (file: string, text: string): void => writeFileSync(join(dir, file), text);
const read = (file: string): string => readFileSync(join(dir, file), "utf8");
const edit = (file: string, from: string, to: string): void => write(file, read(file).replace(from, to));

it("a module is built from its sources alone, and again when its TypeScript changes", async () => {
  expect((await buildPackage(dir, { bundle: true })).manifest?.description).toMatch(/receive window/);
  edit("src/index.ts", 'description: "', 'description: "Changed. ');
  const { manifest, built } = await buildPackage(dir, { bundle: true });
  expect(manifest?.description).toMatch(/^Changed/);
  expect(built).toBe(false);
});

it("a header beside the source is part of it", async () => {
  write("src/limits.bpf.h", "#define LIMIT 1\n");
  edit(source, "struct params", '#include "limits.bpf.h"\n\nstruct params');
  expect((await buildPackage(dir, { bundle: true })).built).toBe(true);
  expect((await buildPackage(dir, { bundle: true })).built).toBe(false);
  write("src/limits.bpf.h", "#define LIMIT 2\n");
  expect((await buildPackage(dir, { bundle: true })).built).toBe(true);
});

it("TypeScript that cannot be read is shown with its line", async () => {
  edit("src/index.ts", "defineActor({", "defineActor({{");
  await expect(buildPackage(dir, { bundle: true })).rejects.toThrow(
    /bundle src\/index.ts:[\s\S]*index.ts:\d+:\d+/,
  );
});

it("a C source of another name is asked for", async () => {
  rmSync(join(dir, source));
  await expect(buildPackage(dir, { bundle: true })).rejects.toThrow(/src\/set_window.bpf.c is missing/);
});

it("a C source that defines another name is refused", async () => {
  edit(source, "EMPTCP_ACTOR(set_window", "EMPTCP_ACTOR(set_windw");
  await expect(buildPackage(dir, { bundle: true })).rejects.toThrow(
    "the C source has no EMPTCP_ACTOR(set_window",
  );
});

it("the kernel's verifier is asked without attaching anything", async () => {
  verifyModule(await buildPackage(dir, { bundle: true }));
  edit(source, "!tcp || ", "");
  const result = await buildPackage(dir, { bundle: true });
  expect(() => verifyModule(result)).toThrow(
    expect.objectContaining({
      code: "ERR_EMPTCP_VERIFIER",
      message: expect.stringMatching(
        /load set-window on xdp: [\s\S]*\n {2}set_window.bpf.c:\d+: if \(/,
      ) as unknown,
      hint: expect.stringContaining("debug-the-verifier.md") as unknown,
    }),
  );
});

it("clangd understands a module after its first build, and not before", async () => {
  const check = () => spawnSync("clangd", [`--check=${join(dir, source)}`], { encoding: "utf8" }).stderr;
  expect(check()).toContain("'emptcp/actor.bpf.h' file not found");
  await buildPackage(dir, { bundle: true });
  expect(check()).toContain("All checks completed, 0 errors");
});
