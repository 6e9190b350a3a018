import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emptcp } from "./run-cli.js";

const packages = fileURLToPath(new URL("../..", import.meta.url));
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "emptcp-build-"));
  for (const path of ["src", "package.json"])
    cpSync(join(packages, "actor-pass", path), join(dir, path), { recursive: true });
  mkdirSync(join(dir, "node_modules"));
  symlinkSync(packages, join(dir, "node_modules/@emptcp"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const edit = (from: string, to: string): void => {
  const path = join(dir, "src/pass.bpf.c");
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
};

it("builds a module, verifies it, and says so", () => {
  expect(emptcp(["build", dir, "--verify"])).toEqual({
    code: 0,
    out: "@emptcp/actor-pass: built\n  the kernel's verifier accepts it on xdp, tc-ingress, tc-egress\n",
    err: "",
  });
  expect(emptcp(["build", dir]).out).toBe("@emptcp/actor-pass: nothing changed\n");
  const { built } = JSON.parse(emptcp(["build", dir, "--json"]).out) as { built: unknown[] };
  expect(built).toMatchObject([
    { module: "pass", built: false, verified: [], sizes: { xdp: {}, "tc-egress": {} } },
  ]);
});

it("shows what the verifier says once, with the line of C and what to do", () => {
  edit("return EMPTCP_NEXT;", "return emptcp_tcp(ctx, pkt)->syn;");
  const { code, err } = emptcp(["build", dir, "--verify"]);
  expect(code).toBe(1);
  expect(err.match(/invalid mem access/g)).toHaveLength(1);
  expect(err).toMatch(
    /\n {2}pass\.bpf\.c:\d+: return emptcp_tcp\(ctx, pkt\)->syn;\nhint: the pointer is NULL/,
  );
  expect(emptcp(["build", dir, "--verify", "--verbose"]).err).toContain("processed ");
});

it("shows what clang says once", () => {
  edit("->syn;", "->sin;");
  const { code, err } = emptcp(["build", dir]);
  expect(code).toBe(1);
  expect(err.match(/no member named 'sin'/g)).toHaveLength(1);
});

it("names a directory that holds no package", () => {
  expect(emptcp(["build", join(dir, "nowhere")])).toMatchObject({
    code: 1,
    err: expect.stringContaining("package.json cannot be read") as string,
  });
});
