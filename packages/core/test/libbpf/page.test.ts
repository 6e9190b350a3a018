import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const core = resolve(import.meta.dirname, "../..");
const text = readFileSync(resolve(core, "../../docs/libbpf.md"), "utf8");
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, body = ""]) => body,
  );

/** Inside the package, so that it is found by its own name. */
let dir: string;
beforeAll(() => {
  mkdirSync(join(core, ".cache"), { recursive: true });
  dir = mkdtempSync(join(core, ".cache", "page-"));
  writeFileSync(join(dir, "count.bpf.c"), blocks("c")[0] ?? "");
  const [command = ""] = /clang -O2[^`]+/.exec(text) ?? [];
  run(command.replace("clang", `clang -idirafter /usr/include/$(uname -m)-linux-gnu`));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** With network and bpffs of its own. */
function run(command: string): string {
  const script = `set -e; mount -t sysfs sysfs /sys; mount -t bpf bpf /sys/fs/bpf; ip link set lo up; ${command}`;
  const { status, stdout, stderr } = spawnSync("unshare", ["--net", "--mount", "sh", "-c", script], {
    cwd: dir,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

const section = (block: string): string =>
  [...text.slice(0, text.indexOf(block)).matchAll(/^## (.*)$/gm)].at(-1)?.[1] ?? "";

it.each(blocks("ts").map((block, i) => [section(block), block, i] as const))("%s", (_, block, i) => {
  writeFileSync(join(dir, `example-${i}.mts`), block);
  const printed = run(
    `C_INCLUDE_PATH=/usr/include/$(uname -m)-linux-gnu exec "${process.execPath}" --conditions=@emptcp/source --import tsx example-${i}.mts`,
  );
  const [, expected] = /console\.log\(.*\); \/\/ (open map.*)$/m.exec(block) ?? [];
  if (expected !== undefined) expect(printed).toContain(expected);
});

it("every example is there", () => {
  expect(blocks("ts")).toHaveLength(7);
});
