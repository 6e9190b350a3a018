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

  it.each([
    [["aply"], 'find command "aply": there is none\nhint: did you mean `emptcp apply`?'],
    [["toString"], 'find command "toString": there is none\nhint: `emptcp --help` lists the commands'],
    [["list", "--jsn"], "read arguments: list has no flag --jsn\nhint: did you mean --json?"],
    [["apply"], "read arguments: apply needs FILES\nhint: see `emptcp apply --help`"],
    [
      ["delete", "a", "b"],
      'read arguments: "b" is one argument too many for delete\nhint: see `emptcp delete --help`',
    ],
    [["events", "--count", "0"], 'read arguments: --count is "0"\nhint: it is a number of events, 1 or more'],
    [["lab", "sideways"], 'read arguments: lab cannot "sideways"\nhint: it can up, show, run, down'],
    [["lab", "up", "more"], 'read arguments: "more" is one argument too many\nhint: see `emptcp lab --help`'],
    [["lab", "run", "moon"], 'read arguments: "moon" is no host\nhint: it is one of client, router, server'],
    [
      ["plan", "/no/such.yaml"],
      "read policy file /no/such.yaml: there is no such file\nhint: check the name; - stands for standard input",
    ],
    [
      ["plan", "/tmp"],
      "read policy file /tmp: it is a directory\nhint: check the name; - stands for standard input",
    ],
  ])("refuses %j", async (args, message) => {
    expect(await run(...args)).toEqual({ code: 2, out: "", err: `ERR_EMPTCP_USAGE ${message}\n` });
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

  it.each([["list"], ["show", "web"], ["delete", "web"], ["detach"], ["events"]])(
    "says that %s needs root",
    async (...args) => {
      vi.spyOn(process, "geteuid").mockReturnValue(1000);
      expect(await run(...args)).toEqual({
        code: 1,
        out: "",
        err: `ERR_EMPTCP_NOT_ROOT ${args[0]}: needs root, running as uid 1000; run it with sudo\n`,
      });
    },
  );
});
