import { describe, expect, it } from "vitest";
import { engineArgs } from "./common-args.js";
import { checkArgs } from "./strict-args.js";

const args = {
  set: { type: "positional", required: true },
  force: { type: "boolean", alias: "f" },
  ...engineArgs,
} as const;
const check =
  (...raw: string[]) =>
  () =>
    checkArgs("show", args, raw);

describe("arguments", () => {
  it.each([
    [["web"]],
    [["web", "--json"]],
    [["--pin-dir", "/sys/fs/bpf/x", "web"]],
    [["--pin-dir=/x", "-f", "web"]],
    [["--", "web"]],
  ])("takes %j", (raw) => {
    expect(check(...raw)).not.toThrow();
  });

  it.each([
    [["web", "--jsn"], "show has no flag --jsn", "did you mean --json?"],
    [["web", "--no-such-thing"], "show has no flag --no-such-thing", "see `emptcp show --help`"],
    [["web", "-x"], "show has no flag -x", "see `emptcp show --help`"],
    [["web", "--constructor"], "show has no flag --constructor", "see `emptcp show --help`"],
    [["web", "--pin-dir"], "--pin-dir needs a value", "write --pin-dir=VALUE"],
    [["web", "--pin-dir="], "--pin-dir needs a value", "write --pin-dir=VALUE"],
    [["web", "--json=yes"], '--json takes no value, got "yes"', "see `emptcp show --help`"],
    [[], "show needs SET", "see `emptcp show --help`"],
    [["a", "b"], '"b" is one argument too many for show', "see `emptcp show --help`"],
  ])("refuses %j", (raw, message, hint) => {
    expect(check(...raw)).toThrow(expect.objectContaining({ message: `read arguments: ${message}`, hint }));
  });

  it("takes any number of files", () => {
    const files = { files: { type: "positional", required: true } } as const;
    expect(() => checkArgs("apply", files, ["a", "b", "-"])).not.toThrow();
    expect(() => checkArgs("apply", files, [])).toThrow("apply needs FILES");
  });
});
