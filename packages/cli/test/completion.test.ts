import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, emptcp, PolicyDirectory } from "./run-cli.js";
import { Terminal } from "./terminal.js";

const files = new PolicyDirectory();
const pinDir = `/sys/fs/bpf/emptcp-completion-test-${process.pid}`;
const env = {
  HOME: files.path,
  TERM: "screen",
  LANG: "C.UTF-8",
  EMPTCP_PIN_DIR: pinDir,
  EMPTCP_STATE_DIR: files.path,
  PATH: `${files.path}:${process.env.PATH ?? ""}`,
};

const sets = `name: web
attach: { tc-egress: ["@test"] }
policies: [ { name: slow, when: { any: {} }, chain: [ pass ] }, { name: seen, when: { any: {} }, chain: [ pass ] } ]
---
name: mail
attach: { tc-egress: ["@test"] }
policies: [ { name: all, when: { any: {} }, chain: [ pass ] } ]
`;

beforeAll(() => {
  chmodSync(
    files.write("emptcp", `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`),
    0o755,
  );
  files.write("rules.yaml", "");
  expect(emptcp(["apply", "-"], { input: sets, env })).toMatchObject({ code: 0 });
});
afterAll(() => {
  emptcp(["detach", "--pin-dir", pinDir]);
  files.remove();
});

describe("what runs", () => {
  it.each([
    [["set", "--"], "mail\nweb\n"],
    [["policy", "--", "rule", "add"], "mail/all\nweb/slow\nweb/seen\n"],
    [["target", "--", "stats"], "mail\nweb\nmail/all\nweb/slow\nweb/seen\n"],
    [["generation", "--", "rollback"], "1\n"],
    [["set", "--", "show", "--pin-dir", "/sys/fs/bpf/none"], ""],
    [["set", "--", "show", "--pin-dir=/sys/fs/bpf/none"], ""],
    [["toString", "--"], ""],
    [[], ""],
  ])("is told to the shells: %j", (args, out) => {
    expect(emptcp(["__complete", ...args], { env })).toEqual({ code: 0, out, err: "" });
  });

  it("is not told to those who may not read it, without a word", () => {
    expect(emptcp(["__complete", "set", "--"], { env, uid: 65534 })).toEqual({ code: 0, out: "", err: "" });
  });
});

it("a name is not run by bash, and is offered so that it would not be", () => {
  const script = `eval "$(emptcp completion bash)"
    emptcp() { printf '%s\\n' 'a$(echo ran >&2)' ab; }
    COMP_WORDS=(emptcp show a) COMP_CWORD=2; _emptcp; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8", env });
  expect([stdout, stderr]).toEqual(["a\\$\\(echo\\ ran\\ \\>\\&2\\)\nab\n", ""]);
});

const shells = {
  bash: {
    program: ["bash", "--norc", "--noprofile", "-i"],
    start: 'PS1="> "; eval "$(emptcp completion bash)"',
  },
  zsh: {
    program: ["zsh", "-f", "-i"],
    start: 'PS1="> "; autoload -U compinit; compinit -u -D; source <(emptcp completion zsh)',
  },
  fish: {
    program: ["fish", "--no-config", "-i"],
    start: 'function fish_prompt; echo -n "> "; end; emptcp completion fish | source; clear',
  },
} as const;

describe.each(Object.entries(shells))("%s", (shell, { program, start }) => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = new Terminal(program, 100, env);
    await terminal.shows(/\S/);
    terminal.type(`cd ${files.path}; ${start}; echo rea""dy`);
    terminal.press("Enter");
    await terminal.shows(/^ready/m);
  });
  afterAll(() => terminal.close());

  const after = async (text: string, expected: RegExp, tabs = shell === "fish" ? 1 : 2): Promise<void> => {
    terminal.press("C-c");
    terminal.type("clear");
    terminal.press("Enter");
    terminal.type(text);
    terminal.press(...Array<string>(tabs).fill("Tab"));
    await terminal.shows(expected);
  };

  it.each<[string, RegExp, number?]>([
    ["emptcp appl", /^> emptcp apply$/m, 1],
    ["emptcp completion f", /^> emptcp completion fish$/m, 1],
    ["emptcp list --no-c", /^> emptcp list --no-color$/m, 1],
    ["emptcp lab ", /^(?=[^]*\bdown\b)(?=[^]*\bshow\b)(?=[^]*\brun\b)[^]*\bup\b/],
    ["emptcp lab run cl", /^> emptcp lab run client$/m, 1],
    ["emptcp --json lab run --id x ser", /^> emptcp --json lab run --id x server$/m, 1],
    ["emptcp show ", /mail[^]*web/],
    ["emptcp rule list web/sl", /^> emptcp rule list web\/slow ?$/m, 1],
    ["emptcp show w", /^> emptcp show web$/m, 1],
    ["emptcp delete --pin-dir /sys/fs/bpf/emptcp-completion-t", /emptcp-completion-test-\d+/, 1],
    ["emptcp apply rul", /^> emptcp apply rules\.yaml$/m, 1],
  ])("completes %s", async (text, expected, tabs) => {
    await after(text, expected, tabs);
  });
});
