import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readTextFile } from "./open.js";

const root = realpathSync(mkdtempSync(join(tmpdir(), "emptcp-open-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("refuses a pipe where a file must lie in a directory, and does not wait for its writer", () => {
  const pipe = join(root, "pipe");
  spawnSync("mkfifo", [pipe]);
  const source = JSON.stringify(join(import.meta.dirname, "open.ts"));
  const code = `import(${source}).then((m) => console.log(m.readTextFile(${JSON.stringify(pipe)}, ${JSON.stringify(root)}).reason))`;
  const node = ["--conditions=@emptcp/source", "--import", "tsx", "-e", code];
  const { stdout, error } = spawnSync(process.execPath, node, {
    encoding: "utf8",
    timeout: 10_000,
    cwd: import.meta.dirname,
  });
  expect([stdout, error]).toEqual(["it is no regular file\n", undefined]);
});

it("reads a file whose name begins with two dots", () => {
  writeFileSync(join(root, "..data"), "name: web\n");
  expect(readTextFile(join(root, "..data"), root)).toMatchObject({ text: "name: web\n" });
});
