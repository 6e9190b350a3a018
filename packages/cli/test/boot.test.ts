import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { openEngine } from "@emptcp/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emptcp, PolicyDirectory } from "./run-cli.js";

const files = new PolicyDirectory();
const netns = `emboot-${process.pid}`;
const env = {
  ...process.env,
  EMPTCP_STATE_DIR: join(files.path, ".state"),
  EMPTCP_PIN_DIR: `/sys/fs/bpf/emptcp-boot-test-${process.pid}`,
};
const run = (...args: string[]) => emptcp(args, { env });
async function names(): Promise<string[]> {
  using engine = await openEngine({ pinDir: env.EMPTCP_PIN_DIR, stateDir: false });
  return engine.list().map((set) => set.name);
}
const set = (name: string, attach: string, chain = "pass", when = "tcp: {}"): string =>
  `name: ${name}\nattach: { tc-egress: ["${attach}"] }\npolicies: [ { name: p, when: { ${when} }, chain: [ ${chain} ] } ]\n`;

beforeAll(() => {
  execFileSync("ip", ["netns", "add", netns]);
});
afterAll(() => {
  run("detach");
  execFileSync("ip", ["netns", "del", netns]);
  files.remove();
});

it("does nothing in an empty directory, and names one that is not there", async () => {
  expect(run("boot", files.path)).toEqual({
    code: 0,
    out: `there are no policy files in ${files.path}\n`,
    err: "",
  });
  expect(await names()).toEqual([]);
  expect(run("boot", join(files.path, "none"))).toMatchObject({
    code: 2,
    err: expect.stringContaining("there is none of that name"),
  });
});

it("puts sound files into effect in one generation, and reports the broken ones", async () => {
  files.write("10-late.yaml", set("late", `${netns}/em0`, "pass", "ip-pair: { local: 10.1.2.3 }"));
  files.write("20-broken.yml", set("broken", "lo", "no-such-module"));
  files.write("30-torn.json", '{ "name": "torn", ');
  files.write("40-other.yaml", set("other", "@test"));
  files.write("package.json", "{}");
  files.write(".hidden.yaml", "nonsense");
  const { code, out, err } = run("boot", files.path);
  expect(code).toBe(1);
  expect(out).toBe(
    `${files.path}/10-late.yaml: late in generation 1\n${files.path}/40-other.yaml: other in generation 1\n`,
  );
  expect(err).toContain("20-broken.yml:3:");
  expect(err).toContain('find module "no-such-module"');
  expect(err).toContain("30-torn.json:1:");
  expect(await names()).toEqual(["late", "other"]);
});

it("lets interfaces join later, and changes nothing without need", async () => {
  expect(run("refresh")).toEqual({ code: 0, out: "", err: "" });
  execFileSync("ip", ["-n", netns, "tuntap", "add", "dev", "em0", "mode", "tap"]);
  expect(run("refresh").out).toBe(`joined: tc-egress ${netns}/em0 (tcx)\n`);
  expect(JSON.parse(run("refresh", "--json").out)).toMatchObject({ unchanged: true, generation: 2 });
  execFileSync("ip", ["-n", netns, "link", "del", "em0"]);
  expect(run("refresh").out).toBe(`left: tc-egress ${netns}/em0 (tcx)\n`);
});

it("keeps the sets of a file that broke, and prunes once all can be read", async () => {
  files.write("10-late.yaml", "name: [");
  rmSync(join(files.path, "20-broken.yml"));
  rmSync(join(files.path, "30-torn.json"));
  expect(run("boot", "--prune", files.path).code).toBe(1);
  expect(await names()).toEqual(["late", "other"]);
  rmSync(join(files.path, "10-late.yaml"));
  const { code, out } = run("boot", "--prune", files.path);
  expect(code).toBe(0);
  expect(out).toContain("late is removed\n");
  expect(await names()).toEqual(["other"]);
});

it("refuses a set that two files have, and keeps the first", async () => {
  files.write("50-again.yaml", set("other", "@test", "drop"));
  const { code, err } = run("boot", files.path);
  expect(code).toBe(1);
  expect(err).toContain(`policy set "other" is in ${files.path}/40-other.yaml, too`);
  expect(run("show", "other").out).toContain("pass");
});
