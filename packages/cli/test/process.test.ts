import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { command, emptcp, PolicyDirectory } from "./run-cli.js";
import { Terminal } from "./terminal.js";

const files = new PolicyDirectory();
const pinDir = `/sys/fs/bpf/emptcp-process-test-${process.pid}`;
const line = command.map((word) => `'${word}'`).join(" ");
const shell = (text: string): { code: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", `set -o pipefail; ${text}`], {
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
};

afterAll(() => {
  emptcp(["detach", "--pin-dir", pinDir]);
  files.remove();
});

describe("when nobody reads on", () => {
  it("ends without a word", () => {
    expect(shell(`${line} help | head -1`)).toMatchObject({ code: 0, err: "" });
    expect(shell(`${line} completion bash | true`)).toEqual({ code: 0, out: "", err: "" });
    expect(shell(`${line} no-such-command 2>&1 | true`)).toEqual({ code: 2, out: "", err: "" });
  });

  it("changes all the same what it was told to change", () => {
    const file = files.write("a.yaml", "name: a\nattach: { tc-egress: ['@test'] }\npolicies: []\n");
    expect(shell(`${line} apply ${file} --pin-dir ${pinDir} | true`)).toEqual({ code: 0, out: "", err: "" });
    expect(emptcp(["list", "--pin-dir", pinDir])).toEqual({
      code: 0,
      err: "",
      out: expect.stringMatching(/^a\t/) as string,
    });
  });
});

/** Whether a process has opened a BPF map, which `events` does after it has begun to listen to signals. */
function hasMaps(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) =>
      readlinkSync(`/proc/${pid}/fd/${fd}`).includes("bpf-map"),
    );
  } catch {
    return false;
  }
}

it.each(["SIGINT", "SIGTERM"] as const)("ends by %s, after clearing up", async (signal) => {
  const [node = "", ...words] = command;
  const child = spawn(node, [...words, "events", "--pin-dir", pinDir], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (printed += String(data)));
  const ended = new Promise((resolve) => child.on("exit", (code, by) => resolve([code, by])));
  while (child.exitCode === null && !hasMaps(child.pid ?? 0)) await new Promise((r) => setTimeout(r, 20));
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
  expect(printed).toBe("");
});

describe("on a terminal", () => {
  const shown = async (...args: string[]): Promise<string> => {
    const env = { PATH: process.env.PATH ?? "", TERM: "screen", LANG: "C.UTF-8" };
    const end = "; echo rea''dy; sleep 60";
    const terminal = new Terminal(["bash", "-c", `${line} ${args.join(" ")}${end}`], 80, env);
    try {
      await terminal.shows(/^ready/m);
      return terminal.screen(true);
    } finally {
      terminal.close();
    }
  };

  it("titles are bold, unless nobody wants colours", async () => {
    expect(await shown("help")).toContain("\u001b[1mMachine");
    expect(await shown("--no-color", "help")).not.toContain("\u001b");
    expect(await shown("help", "--no-color")).not.toContain("\u001b");
  });
});
