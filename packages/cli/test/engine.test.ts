import { existsSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { emptcp, PolicyDirectory } from "./run-cli.js";

const files = new PolicyDirectory();
const pins = ["--pin-dir", `/sys/fs/bpf/emptcp-cli-test-${process.pid}`];
const run = (...args: string[]) => emptcp([...args, ...pins]);
const json = (...args: string[]): unknown => JSON.parse(run(...args, "--json").out);

afterAll(() => {
  run("detach");
  files.remove();
});

const web = files.write(
  "web.yaml",
  `name: web
attach: { tc-egress: ["@test"] }
policies:
  - name: slow
    when: { all: [ { ip-pair: { src: 10.0.0.1 } }, { port: { dst: 443 } } ] }
    chain: [ { set-window: { window: 1000 } }, record ]
    priority: 5
  - name: seen
    when: { any: {} }
    chain: [ pass ]
---
name: other
attach: { xdp: ["@test"] }
policies: [ { name: all, when: { tcp: {} }, chain: [ drop ] } ]
`,
);
const changed = files.write(
  "changed.yaml",
  `name: web
attach: { tc-egress: ["@test"] }
policies:
  - name: slow
    when: { all: [ { ip-pair: { src: 10.0.0.1 } }, { port: { dst: 443 } } ] }
    chain: [ { set-window: { window: 2000 } }, record ]
    priority: 5
`,
);

it("has nothing to say while nothing runs", () => {
  expect(run("list")).toEqual({ code: 0, out: "", err: "" });
  expect(json("list")).toMatchObject({ generation: 0, sets: [] });
  expect(run("show", "web")).toMatchObject({
    code: 2,
    err: expect.stringContaining('find policy set "web": it does not run here'),
  });
  expect(run("events")).toMatchObject({ code: 3, err: expect.stringContaining("ERR_EMPTCP_NOT_RUNNING") });
});

it("plans without starting anything", () => {
  const { code, out } = run("plan", web);
  expect(code).toBe(0);
  expect(out).toContain(
    "+ web/slow\n    when     ip-pair(src: 10.0.0.1) and port(dst: 443)\n    chain    set-window(window: 1000) → record\n",
  );
  expect(out).toContain(
    "tc-egress: web/slow and web/seen (ipv4 ip-pair + port with any): only the first one runs",
  );
  expect(out).toMatch(/^generation 1: programs are loaded .*: nothing runs\s+yet\n/);
  expect(out).toMatch(/actor +set-window \d\S+: may change headers; abi 1/);
  expect(out).toMatch(/actor +drop \d\S+: may drop packets/);
  expect(existsSync(pins[1] ?? "")).toBe(false);
});

it("applies every set of a file, and lists and shows them", () => {
  expect(run("apply", web)).toEqual({
    code: 0,
    out: "web runs as generation 1\nother runs as generation 1\n",
    err: "",
  });
  expect(run("list").out).toBe("other\t1\txdp @test\t1\t1\nweb\t2\ttc-egress @test\t1\t1\n");
  const { code, out } = run("show", "web");
  expect(code).toBe(0);
  expect(out).toContain(
    "slow  priority 5\n  when   ip-pair(src: 10.0.0.1) and port(dst: 443)\n  chain  1. set-window(window: 1000)\n         2. record\n",
  );
  expect(out).toContain(
    "  tc-egress: 0 packets, 0 bytes\n    1. set-window: 0 packets\n    2. record: 0 packets\n",
  );
  expect(json("show", "web")).toMatchObject({
    set: { name: "web" },
    stats: [{ policy: "slow" }, { policy: "seen" }],
  });
});

it("plans changes against what runs", () => {
  expect(run("plan", web).out).toContain("no changes");
  const { out } = run("plan", changed);
  expect(out).toContain(
    "~ web/slow\n    chain    set-window(window: 1000) → record  ⇒  set-window(window: 2000) → record\n",
  );
  expect(out).toContain("- web/seen\n");
  expect(json("plan", changed)).toMatchObject({
    generation: 1,
    changes: [{ kind: "change", what: "web/slow" }, { kind: "remove" }],
  });
});

it("leaves what runs alone when a policy is wrong", () => {
  const wrong = files.write("wrong.yaml", "name: web\nattach: { tc-egress: [no-such-if] }\npolicies: []\n");
  expect(run("apply", wrong)).toMatchObject({
    code: 2,
    err: expect.stringContaining('find interface "no-such-if": there is none'),
  });
  expect(json("list")).toMatchObject({ generation: 1 });
});

it("replaces, deletes and detaches", () => {
  expect(json("apply", changed)).toMatchObject({ applied: [{ set: "web", generation: 2 }] });
  expect(run("delete", "othr")).toMatchObject({
    code: 2,
    err: expect.stringContaining('did you mean "other"?'),
  });
  expect(run("delete", "other")).toEqual({ code: 0, out: "other is gone; generation 3 runs\n", err: "" });
  expect(run("detach")).toEqual({ code: 0, out: "detached from 1 port\n", err: "" });
  expect(existsSync(pins[1] ?? "")).toBe(false);
  expect(run("detach")).toEqual({ code: 0, out: "detached from 0 ports\n", err: "" });
});
