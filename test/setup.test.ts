import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const script = resolve(import.meta.dirname, "../scripts/setup.sh");
const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true });
});

/** A directory of commands: stand-ins, and links to the real ones that setup.sh needs before it refuses. */
function commands(standIns: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "setup-"));
  made.push(dir);
  const all: Readonly<Record<string, string>> = { node: "echo v20.0.0", ...standIns };
  for (const [name, text] of Object.entries(all)) {
    // "wx" refuses to follow a link: a stand-in must never be written over the command it stands for.
    writeFileSync(join(dir, name), `#!/usr/bin/bash\n${text}\n`, { mode: 0o755, flag: "wx" });
  }
  for (const name of ["uname", "dirname"]) {
    if (!Object.hasOwn(all, name)) symlinkSync(`/usr/bin/${name}`, join(dir, name));
  }
  return dir;
}

/** Runs setup.sh behind `prefix`, with only those commands in PATH where a path is given. */
function setup(prefix: readonly string[], path = process.env.PATH ?? "") {
  const [command = "", ...args] = [...prefix, "/usr/bin/bash", script];
  const done = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, PATH: path },
    timeout: 60_000,
  });
  return { status: done.status, said: done.stderr.trimEnd().split("\n") };
}

describe("setup.sh", () => {
  it("is quick when nothing is missing", () => {
    const started = performance.now();
    expect(setup([])).toEqual({ status: 0, said: [""] });
    expect(performance.now() - started).toBeLessThan(3000);
  });

  const refusals: [string, () => ReturnType<typeof setup>, RegExp][] = [
    ["another user", () => setup(["/usr/bin/setpriv", "--reuid", "65534"]), /needs root: run this as root/],
    [
      "an old Node.js",
      () => setup([], commands({ node: "echo v18.20.4" })),
      /node is 18\.20\.4: install Node\.js 20/,
    ],
    [
      "a kernel without Multipath TCP",
      () =>
        setup([
          "/usr/bin/unshare",
          "--net",
          "/usr/bin/bash",
          "-c",
          'echo 0 >/proc/sys/net/mptcp/enabled; exec "$@"',
          "-",
        ]),
      /Multipath TCP is switched off: run sysctl -w net\.mptcp\.enabled=1/,
    ],
    [
      "an old kernel",
      () => setup([], commands({ uname: "echo 5.15.0-1" })),
      /the kernel is 5\.15\.0-1: boot Linux 6\.1/,
    ],
  ];
  it.each(refusals)("refuses %s in one line", (_, run, expected) => {
    const { status, said } = run();
    expect(status).toBe(1);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(expected);
  });
});
