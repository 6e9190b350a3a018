import { inspect } from "node:util";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorNotes } from "./errors-notes.js";
import { errorTable, type ErrorCode } from "./errors-table.js";
import {
  EmptcpError,
  emptcpError,
  fail,
  problem,
  problemOf,
  ProblemsError,
  throwProblems,
} from "./errors.js";

const codes = Object.keys(errorTable) as ErrorCode[];
const docs = new URL("../../../docs/errors.md", import.meta.url);

describe("the table of errors", () => {
  it("is documented, and documents nothing else", () => {
    expect(existsSync(docs), "docs/errors.md is missing").toBe(true);
    const headings = [...readFileSync(docs, "utf8").matchAll(/^#+ `?(ERR_EMPTCP_[A-Z_]+)`?$/gm)].map(
      (m) => m[1],
    );
    expect(
      codes.filter((c) => !headings.includes(c)),
      "add these codes to docs/errors.md",
    ).toEqual([]);
    const ours = headings.filter((h) => !/^ERR_EMPTCP_(?:LAB_|USAGE)/.test(h ?? ""));
    expect(
      ours.filter((h) => !codes.includes(h as ErrorCode)),
      "these codes do not exist",
    ).toEqual([]);
    expect(new Set(headings).size).toBe(headings.length);
  });

  it.each(codes)("%s: has a cause and a way out in whole sentences", (code) => {
    for (const text of Object.values(errorNotes[code])) {
      expect(text).toMatch(/^.{12,}\.$/);
      expect(text).not.toContain("\n");
    }
    expect(errorNotes[code].cause).toMatch(/^[A-Z`]/);
  });

  it.each(codes)(
    "%s: begins with a verb or the module, in lower case, and ends without a full stop",
    (code) => {
      const { message, hint } = errorTable[code];
      expect(message).toMatch(/^[a-z{]/);
      expect(message).not.toMatch(/\.$/);
      expect(hint).not.toMatch(/\.$/);
      expect(hint.length).toBeGreaterThan(4);
    },
  );
});

describe("EmptcpError", () => {
  it("fills message and hint and keeps the values", () => {
    const cause = new Error("deeper");
    const error = emptcpError(
      "ERR_EMPTCP_ABI",
      { package: "@a/b", version: "1.0.0", abi: 2, spoken: "1", extra: [1] },
      { cause },
    );
    expect(error).toBeInstanceOf(EmptcpError);
    expect(error.message).toBe("use @a/b 1.0.0: built for abi 2, core speaks abi 1");
    expect(error.hint).toBe("update @a/b, or use an @emptcp/core that speaks abi 2");
    expect(error.cause).toBe(cause);
    expect(error.details).toMatchObject({ abi: 2, extra: [1] });
    expect(error.name).toBe("EmptcpError");
  });

  it("leaves out optional values, lists arrays, and has no cause unless given", () => {
    const error = emptcpError("ERR_EMPTCP_TOO_MANY_SELECTORS", { selectors: ["a", "b"], limit: 8 });
    expect(error.message).toBe("match: the selectors are a, b, at most 8 are possible");
    expect("cause" in error).toBe(false);
    expect(emptcpError("ERR_EMPTCP_UNKNOWN_MODULE", { module: undefined }).message).toContain('module ""');
  });

  it("escapes hostile values", () => {
    const { message } = emptcpError("ERR_EMPTCP_UNKNOWN_MODULE", { module: "\u001b[2Jx\u202e" });
    expect(message).toBe('find module "\\u001b[2Jx\\u202e": no installed package provides it');
  });

  it("carries a log and another hint", () => {
    const values = { module: "m", hook: "xdp", summary: "R2 out of range" };
    expect(emptcpError("ERR_EMPTCP_VERIFIER", values, { log: "long" }).log).toBe("long");
    expect(inspect(emptcpError("ERR_EMPTCP_VERIFIER", values, { log: "long" }))).not.toContain("long");
    expect(emptcpError("ERR_EMPTCP_VERIFIER", values, { hint: "other" })).toMatchObject({
      hint: "other",
      log: undefined,
    });
  });

  it("needs every value at compile time", () => {
    // @ts-expect-error spoken is missing
    expect(() => fail("ERR_EMPTCP_ABI", { package: "p", version: "1", abi: 1 })).toThrow(EmptcpError);
    // @ts-expect-error no such code
    expect(() => fail("ERR_EMPTCP_NOTHING", {})).toThrow();
  });
});

describe("problems", () => {
  const one = problem("ERR_EMPTCP_DUPLICATE_NAME", "policies[1].name", { what: "policy", name: "a" });

  it("are errors unless said otherwise", () => {
    expect(one).toMatchObject({ severity: "error", message: 'add policy "a": there are two of that name' });
    const warning = problem(
      "ERR_EMPTCP_DUPLICATE_NAME",
      "",
      { what: "x", name: "y" },
      { severity: "warning", hint: "h" },
    );
    expect(warning).toMatchObject({ severity: "warning", hint: "h" });
  });

  it("are thrown together when one is an error", () => {
    expect(() => throwProblems([{ ...one, severity: "warning" }])).not.toThrow();
    expect(() => throwProblems([one, one])).toThrow(
      /check policy sets: 2 problems found\n {2}policies\[1\]\.name: add policy "a"/,
    );
    const error = new ProblemsError([{ ...one, path: "" }]);
    expect(error.message).toBe(
      'check policy sets: 1 problem found\n  add policy "a": there are two of that name',
    );
    expect(error.problems).toHaveLength(1);
    expect(
      new ProblemsError([one], "ERR_EMPTCP_MANIFEST", { values: { path: "x" }, hint: "h" }),
    ).toMatchObject({ hint: "h" });
  });

  it("come from errors, with the path put before", () => {
    expect(problemOf(new ProblemsError([one]), "sets[0]")[0]?.path).toBe("sets[0].policies[1].name");
    expect(problemOf(emptcpError("ERR_EMPTCP_LIBBPF", { reason: "r" }), "p")).toMatchObject([
      { code: "ERR_EMPTCP_LIBBPF", path: "p", severity: "error" },
    ]);
    expect(() => problemOf(new TypeError("ours"), "p")).toThrow(TypeError);
  });
});
