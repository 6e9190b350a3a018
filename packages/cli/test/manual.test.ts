import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { manualPages } from "../src/manual/manual.js";

const directory = mkdtempSync(join(tmpdir(), "emptcp-man-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const pages = [...(await manualPages("2026-01-31"))];
for (const [name, text] of pages) writeFileSync(join(directory, name), text);
const paths = pages.map(([name]) => join(directory, name));

function printed(program: string, args: readonly string[]): string {
  const env = { PATH: process.env.PATH, LC_ALL: "C.UTF-8", MANWIDTH: "80" };
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", env });
  if (error) throw error;
  return `${stdout}${stderr}`;
}

describe("manual pages", () => {
  it("mandoc finds nothing to mend in them", () => {
    expect(printed("mandoc", ["-T", "lint", "-W", "all", ...paths])).toBe("");
  });

  it.each(pages.map(([name]) => name))("%s: man reads it without a warning, in 80 columns", (name) => {
    const path = join(directory, name);
    const { stderr } = spawnSync("man", ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8", MANWIDTH: "80" },
    });
    expect(stderr).toBe("");
  });

  it("say what the command says", () => {
    const text = printed("man", ["-l", join(directory, "emptcp-lab-run.1")]);
    expect(text).toMatch(/^NAME\n +emptcp-lab-run - run a command in a host of the testbed$/m);
    expect(text).toMatch(/^ +emptcp lab run client -- ping -c 1 10\.\d+\.\d+\.\d+$/m);
    expect(text).toContain("CAP_SYS_ADMIN");
    expect(printed("man", ["-l", join(directory, "emptcp-build.1")])).toMatch(/with --verify: CAP_BPF,/);
    expect(text).toMatch(/^SEE ALSO\n +emptcp\(1\), emptcp-lab\(1\), emptcp-lab-up\(1\)$/m);
  });
});
