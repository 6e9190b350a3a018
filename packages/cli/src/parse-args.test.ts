import { describe, expect, it } from "vitest";
import { engineArgs } from "./common-args.js";
import { defineArgs, type ArgsDef } from "./define.js";
import { parseLine } from "./parse-args.js";

const args = defineArgs({
  set: { type: "positional", description: "Set" },
  more: { type: "positional", description: "More", required: false },
  force: { type: "boolean", description: "Force", alias: "f" },
  count: { type: "string", kind: "number", min: 1, max: 9, description: "Count", alias: "c" },
  within: { type: "string", kind: "duration", min: "1s", description: "Time" },
  limit: { type: "string", kind: "rate", description: "Rate" },
  hook: { type: "string", choices: ["xdp", "tc-ingress"], description: "Hook" },
  tag: { type: "string", multiple: true, description: "Tag" },
  ...engineArgs,
});

const parse = (words: readonly string[], from: ArgsDef = args, env: NodeJS.ProcessEnv = {}) =>
  parseLine("show", from, words, env);

const nothing = {
  more: undefined,
  force: false,
  tag: [],
  json: false,
  verbose: false,
  "no-color": false,
  "pin-dir": "/sys/fs/bpf/emptcp",
};

describe("arguments", () => {
  it.each([
    [["web"], {}],
    [["web", "--json"], { json: true }],
    [["--pin-dir", "/x", "web"], { "pin-dir": "/x" }],
    [["--pin-dir=/x", "-f", "web"], { "pin-dir": "/x", force: true }],
    [["--pin-dir=-x", "web"], { "pin-dir": "-x" }],
    [["-fc", "3", "web"], { force: true, count: 3 }],
    [["web", "--count", "3", "--count=4"], { count: 4 }],
    [["web", "--within", "1m30s"], { within: 90_000 }],
    [["web", "--limit", "20Mbit"], { limit: 20_000_000 }],
    [["web", "--hook", "xdp"], { hook: "xdp" }],
    [["web", "--tag", "a", "--tag", "b"], { tag: ["a", "b"] }],
    [["--", "web", "--json"], { more: "--json" }],
  ])("takes %j", async (words, values) => {
    expect(await parse(words)).toEqual({ ...nothing, set: "web", ...values });
  });

  it.each([
    [["web", "--jsn"], "show has no flag --jsn", "did you mean --json?"],
    [["web", "--no-such-thing"], "show has no flag --no-such-thing", "see `emptcp show --help`"],
    [["web", "-x"], "show has no flag -x", "see `emptcp show --help`"],
    [["web", "--constructor"], "show has no flag --constructor", "see `emptcp show --help`"],
    [["web", "--set", "x"], "show has no flag --set", "see `emptcp show --help`"],
    [["web", "--pin-dir"], "--pin-dir needs a value", "write --pin-dir=VALUE"],
    [["web", "--pin-dir="], "--pin-dir needs a value", "write --pin-dir=VALUE"],
    [["web", "--pin-dir", "--json"], "--pin-dir needs a value", "write --pin-dir=VALUE"],
    [["web", "--json=yes"], '--json takes no value, got "yes"', "see `emptcp show --help`"],
    [["web", "--count", "0"], '--count is "0"', "it is a number from 1 to 9"],
    [["web", "-c", "1e0"], '-c is "1e0"', "it is a number from 1 to 9"],
    [
      ["web", "--within", "30"],
      '--within is "30"',
      'it is a duration such as "30s", at least 1s; say the unit, e.g. "30s" or "30ms"',
    ],
    [["web", "--within", "10ms"], '--within is "10ms"', 'it is a duration such as "30s", at least 1s'],
    [
      ["web", "--limit", "20Mbps"],
      '--limit is "20Mbps"',
      'it is a rate such as "20Mbit"; write "Mbit" for bits or "MB/s" for bytes: tools read "bps" in both ways',
    ],
    [["web", "--hook", "xpd"], '--hook is "xpd"', "did you mean xdp? it is one of xdp, tc-ingress"],
    [["web", "--hook", "nfqueue"], '--hook is "nfqueue"', "it is one of xdp, tc-ingress"],
    [[], "show needs SET", "see `emptcp show --help`"],
    [["a", "b", "c"], '"c" is one argument too many for show', "see `emptcp show --help`"],
  ])("refuses %j", async (words, message, hint) => {
    await expect(parse(words)).rejects.toMatchObject({ message: `read arguments: ${message}`, hint });
  });

  it("tells everything that is wrong at once", async () => {
    await expect(parse(["--jsn", "--count", "x", "--hook"])).rejects.toMatchObject({
      code: "ERR_EMPTCP_USAGE",
      message: "read arguments: 4 problems found",
      hint: "see `emptcp show --help`",
      problems: [
        { message: "show has no flag --jsn", hint: "did you mean --json?", severity: "error" },
        { message: '--count is "x"' },
        { message: "--hook needs a value" },
        { message: "show needs SET" },
      ],
    });
  });

  it("takes any number of words where the last one is variadic", async () => {
    const files = defineArgs({
      files: { type: "positional", description: "Files", valueHint: "file", variadic: true },
    });
    expect(await parse(["a", "b", "-"], files)).toEqual({ files: ["a", "b", "-"] });
    await expect(parse([], files)).rejects.toThrow("show needs FILE");
  });

  it("takes from the environment what was not given, and checks it", async () => {
    const count = defineArgs({
      count: { type: "string", kind: "number", env: "COUNT", description: "Count", required: true },
    });
    expect(await parse([], count, { COUNT: "3" })).toEqual({ count: 3 });
    expect(await parse(["--count", "4"], count, { COUNT: "3" })).toEqual({ count: 4 });
    await expect(parse([], count, { COUNT: "x" })).rejects.toThrow('COUNT is "x"');
    await expect(parse([], count, { COUNT: "" })).rejects.toThrow("show needs --count");
  });
});
