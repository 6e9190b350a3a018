import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, emptcp, type CliResult } from "./run-cli.js";

const NOBODY = 65534;
const pinDir = `/sys/fs/bpf/emptcp-non-root-test-${process.pid}`;
const state = mkdtempSync(join(tmpdir(), "emptcp-non-root-"));
const link = `emnr${process.pid % 100_000}`;

/** Runs a command line as nobody with these capabilities and no others: numbers, since setpriv does not know the newest. */
function as(capabilities: Readonly<Record<string, number>>, args: readonly string[], input = ""): CliResult {
  const list = ["-all", ...Object.values(capabilities).map((bit) => `+cap_${bit}`)].join(",");
  const flags = [`--inh-caps=${list}`, `--ambient-caps=${list}`, `--bounding-set=${list}`];
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", ...flags];
  const line = [...user, "--", ...command, ...args, "--pin-dir", pinDir];
  const env = { PATH: process.env.PATH, HOME: state, EMPTCP_STATE_DIR: state };
  const { status, stdout, stderr } = spawnSync("setpriv", line, { encoding: "utf8", input, env });
  return { code: status, out: stdout, err: stderr };
}

const ALL = { CAP_NET_ADMIN: 12, CAP_PERFMON: 38, CAP_BPF: 39 };
const without = (name: keyof typeof ALL): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(ALL).filter(([other]) => other !== name));

// A module with a map of its own: its types can be read only with CAP_SYS_ADMIN.
const sets = (hook: string): string => `name: ${hook}
attach: { ${hook}: [${link}] }
policies: [ { name: all, when: { any: {} }, chain: [ record, pass ] } ]
`;

beforeAll(() => {
  // As systemd has it, the BPF file system belongs to root: the directory is made for the user.
  mkdirSync(pinDir, { mode: 0o700 });
  chownSync(pinDir, NOBODY, NOBODY);
  chownSync(state, NOBODY, NOBODY);
  spawnSync("ip", ["link", "add", link, "type", "veth", "peer", "name", `${link}p`]);
  spawnSync("ip", ["link", "set", link, "up"]);
});
afterAll(() => {
  spawnSync("ip", ["link", "del", link]);
  rmSync(pinDir, { recursive: true, force: true });
  rmSync(state, { recursive: true, force: true });
});

describe("a user with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON", () => {
  it.each(["tc-egress", "xdp"])("puts policies into effect on %s", (hook) => {
    expect(as(ALL, ["apply", "-"], sets(hook))).toMatchObject({ code: 0, err: "" });
  });

  it("loads everything anew beside maps that go on", () => {
    const out = expect.stringMatching(/^xdp runs as generation \d+\n$/) as string;
    expect(as(ALL, ["apply", "-", "--rebuild"], sets("xdp"))).toMatchObject({ code: 0, err: "", out });
  });

  it.each(Object.keys(ALL) as (keyof typeof ALL)[])("needs %s, and is told so", (name) => {
    expect(as(without(name), ["apply", "-"], sets("xdp"))).toMatchObject({
      code: 1,
      err: expect.stringContaining(`ERR_EMPTCP_CAPABILITY apply: needs ${name}, which`) as string,
    });
  });
});

describe("reading", () => {
  it("needs no capability from the user whom the pins belong to", () => {
    expect(as({}, ["list"])).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^tc-egress\t/) as string,
    });
    expect(as({}, ["show", "xdp"])).toMatchObject({ code: 0, err: "" });
    expect(as({}, ["plan", "-"], sets("xdp"))).toMatchObject({ code: 0 });
    for (const line of ["stats", "history", "bypass status", "rule list xdp/all"])
      expect(as({}, line.split(" "))).toMatchObject({ code: 0, err: "" });
    expect(as({}, ["maps"]).err).toContain("ERR_EMPTCP_CAPABILITY maps: needs CAP_SYS_ADMIN, which");
  });

  it("is refused to others, by name", () => {
    const other = emptcp(["list", "--pin-dir", pinDir], { uid: 1 });
    expect(other).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        `ERR_EMPTCP_ACCESS open ${pinDir}/maps/emptcp_active: uid 1 may not\n`,
      ) as string,
    });
    expect(emptcp(["history", "--pin-dir", pinDir, "--state-dir", state], { uid: 1 })).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^ERR_EMPTCP_ACCESS open .*journal\.ndjson: uid 1 may not\nhint: run it with sudo, or give this user read access/,
      ) as string,
    });
  });
});

it("the directory stays when its parent belongs to root, empty", () => {
  expect(as(ALL, ["detach"])).toMatchObject({ code: 0, err: "" });
  expect(as({}, ["list"])).toEqual({ code: 0, out: "", err: "" });
});
