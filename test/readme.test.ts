import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** Fenced blocks of the README: the language, the rest of the line, the text. */
const blocks = [...readme.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = "", title = "", text = ""]) => ({ language, title, text }),
);
const titled = (title: string): string => blocks.find((block) => block.title === title)?.text ?? "";

/** What a shell on a machine of its own would have: network, bpffs and interfaces that nobody else sees. */
const OWN_MACHINE = `set -eu
mount -t sysfs sysfs /sys
mount -t bpf bpf /sys/fs/bpf
ip link set lo up
`;

/** Kernels before 6.6 have no tcx and use clsact. */
const anyKernel = (text: string): string => text.trimEnd().replace("(clsact)", "(tcx)");

describe("README", () => {
  const files = blocks.filter(({ title }) => title.includes("/"));
  it.each(files)("shows $title as it is", ({ title, text }) => {
    expect(text).toBe(readFileSync(join(root, title), "utf8"));
  });

  it("shows files and a quick start", () => {
    expect(files.map(({ title }) => title)).toContain("examples/slow.yaml");
    expect(titled("quick start")).toContain("emptcp apply");
  });

  it("has a quick start that prints what it says", () => {
    const script = OWN_MACHINE + titled("quick start");
    const done = spawnSync("unshare", ["--net", "--mount", "bash", "-c", script], {
      cwd: root,
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(done.status, done.stdout + done.stderr).toBe(0);
    expect(anyKernel(done.stdout)).toBe(anyKernel(titled("prints")));
  });
});
