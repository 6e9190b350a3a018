import { afterEach, describe, expect, it, vi } from "vitest";
import { main } from "./main.js";

/** Runs a command line in this process. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const result = { code: 0, out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    result.out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    result.err += String(chunk);
    return true;
  });
  result.code = await main(args);
  vi.restoreAllMocks();
  return result;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the command line", () => {
  it("tells its version, and helps with commands", async () => {
    expect((await run("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await run()).toMatchObject({ code: 2, out: (await run("help")).out, err: "" });
    const apply = await run("apply", "--help");
    expect(apply).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining("--replace-foreign") as string,
    });
  });

  it("tells what a command does, however one asks", async () => {
    const asked = await run("help", "lab", "run");
    expect(asked.code).toBe(0);
    expect(await run("lab", "run", "--help")).toEqual(asked);
    expect(await run("lab", "-h", "run", "client")).toEqual(asked);
    expect((await run("help", "lab")).out).toContain("  down  Remove the testbed\n");
  });

  it.each([
    [["aply"], 'find command "aply": there is none\nhint: did you mean `emptcp apply`?'],
    [["help", "aply"], 'find command "aply": there is none\nhint: did you mean `emptcp apply`?'],
    [["toString"], 'find command "toString": there is none\nhint: `emptcp --help` lists the commands'],
    [["--jsn"], "read arguments: emptcp has no flag --jsn\nhint: did you mean --json?"],
    [["--pin-dir", "list"], "read arguments: no command given\nhint: `emptcp --help` lists the commands"],
    [["list", "--jsn"], "read arguments: list has no flag --jsn\nhint: did you mean --json?"],
    [["apply"], "read arguments: apply needs FILE\nhint: see `emptcp apply --help`"],
    [
      ["confirm", "b"],
      'read arguments: "b" is one argument too many for confirm\nhint: see `emptcp confirm --help`',
    ],
    [["events", "--count", "0"], 'read arguments: --count is "0"\nhint: it is a number, 1 or more'],
    [["lab"], "read arguments: lab needs a subcommand\nhint: it has up, show, run, down"],
    [["lab", "sideways"], 'find command "lab sideways": there is none\nhint: lab has up, show, run, down'],
    [["lab", "shw"], 'find command "lab shw": there is none\nhint: did you mean `emptcp lab show`?'],
    [
      ["lab", "up", "more"],
      'read arguments: "more" is one argument too many for lab up\nhint: see `emptcp lab up --help`',
    ],
    [
      ["lab", "run", "moon", "--", "true"],
      'read arguments: HOST is "moon"\nhint: it is one of client, router, server',
    ],
  ])("refuses %j", async (args, message) => {
    expect(await run(...args)).toEqual({ code: 2, out: "", err: `ERR_EMPTCP_USAGE ${message}\n` });
  });

  it("tells which file cannot be read", async () => {
    const none = await run("plan", "/no/such.yaml");
    expect(none).toMatchObject({ code: 2, out: "" });
    expect(none.err).toContain("error read policy file /no/such.yaml: there is no such file\n    hint: ");
    expect((await run("plan", "/tmp")).err).toContain("error read policy file /tmp: it is a directory\n");
  });

  it("prints errors as one JSON document when asked", async () => {
    const { code, out, err } = await run("delete", "--json");
    expect([code, err]).toEqual([2, ""]);
    const error = {
      message: "read arguments: delete needs SET",
      hint: "see `emptcp delete --help`",
      causes: [],
    };
    expect(JSON.parse(out)).toEqual({ error: { code: "ERR_EMPTCP_USAGE", ...error } });
  });
});
