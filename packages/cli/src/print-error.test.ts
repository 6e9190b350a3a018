import { describe, expect, it, vi } from "vitest";
import { exitCodeOf } from "./exit-code.js";
import { printError } from "./print-error.js";
import { UsageError } from "./usage-error.js";

function printed(error: unknown, options = { json: false, verbose: false }): { out: string; err: string } {
  const [out, err] = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockReturnValue(true),
  );
  printError(error, options);
  const text = (spy: typeof out): string => (spy?.mock.calls ?? []).map(([chunk]) => String(chunk)).join("");
  const result = { out: text(out), err: text(err) };
  vi.restoreAllMocks();
  return result;
}

const verifier = Object.assign(
  new Error("load set_window on xdp: R2 is out of bounds", {
    cause: new Error("EACCES", { cause: new Error("deeper") }),
  }),
  {
    code: "ERR_EMPTCP_VERIFIER",
    hint: "read the log",
    log: "0: r1 = r2\n1: exit",
  },
);

describe("an error", () => {
  it("is printed as code, message, hint and causes on standard error", () => {
    const { out, err } = printed(verifier);
    expect(out).toBe("");
    expect(err).toBe(
      [
        "ERR_EMPTCP_VERIFIER load set_window on xdp: R2 is out of bounds",
        "hint: read the log",
        "caused by: EACCES",
        "caused by: deeper",
        "--verbose prints the whole log",
        "",
      ].join("\n"),
    );
  });

  it("does not repeat what a cause sums up", () => {
    const cause = Object.assign(new Error("load program set_window: R2 is out of bounds"), {
      summary: "R2 is out of bounds",
    });
    const { err } = printed(Object.assign(new Error(verifier.message, { cause }), { code: verifier.code }));
    expect(err).toBe("ERR_EMPTCP_VERIFIER load set_window on xdp: R2 is out of bounds\n");
  });

  it("comes with the whole verifier log when asked", () => {
    expect(printed(verifier, { json: false, verbose: true }).err).toContain(
      "verifier log:\n0: r1 = r2\n1: exit",
    );
  });

  it("is one JSON document on standard output when asked", () => {
    const { out, err } = printed(verifier, { json: true, verbose: false });
    expect(err).toBe("");
    expect(JSON.parse(out)).toEqual({
      error: {
        code: "ERR_EMPTCP_VERIFIER",
        message: verifier.message,
        hint: "read the log",
        causes: ["EACCES", "deeper"],
      },
    });
  });

  it("lists every problem with its place and its hint", () => {
    const problems = [
      {
        code: "ERR_EMPTCP_PARAM",
        severity: "error",
        path: "a.yaml: policies[0].chain[0]",
        message: "too large",
        hint: "less",
      },
      { code: "ERR_EMPTCP_UNREACHABLE", severity: "warning", path: "", message: "never reached", hint: "" },
    ];
    const error = Object.assign(new Error("check policy sets: 2 problems found\n  more"), {
      code: "ERR_EMPTCP_POLICY",
      hint: "correct them",
      problems,
    });
    expect(printed(error).err).toBe(
      [
        "ERR_EMPTCP_POLICY check policy sets: 2 problems found",
        "  error a.yaml: policies[0].chain[0]: too large",
        "    hint: less",
        "  warning never reached",
        "hint: correct them",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["port.src", "port: src: expected an integer", "port: src: expected an integer"],
    ["policies[0].chain[1].drop.rate", "drop: rate: expected", "policies[0].chain[1]: drop: rate: expected"],
    ["policies[0].name", "name policy: expected", "policies[0].name: name policy: expected"],
  ])("does not say the end of %s twice", (path, message, text) => {
    const problems = [{ code: "ERR_EMPTCP_PARAM", severity: "error", path, message, hint: "" }];
    expect(printed(Object.assign(new Error("check"), { problems })).err).toContain(`  error ${text}\n`);
  });

  it("cannot steer the terminal", () => {
    expect(printed(new Error("name \u001b[2Jx\u202e")).err).toBe(
      "ERR_EMPTCP_INTERNAL name \\u001b[2Jx\\u202e\n",
    );
  });

  it("may be anything that was thrown", () => {
    expect(printed("text").err).toBe("ERR_EMPTCP_INTERNAL text\n");
    expect(printed(undefined).err).toBe("ERR_EMPTCP_INTERNAL unknown error\n");
  });
});

it("gives 2 for what the user can correct in the input, 1 for the rest", () => {
  expect(exitCodeOf(new UsageError("a", "b"))).toBe(2);
  expect(exitCodeOf({ code: "ERR_EMPTCP_POLICY" })).toBe(2);
  expect(exitCodeOf(verifier)).toBe(1);
  expect(exitCodeOf(null)).toBe(1);
});
