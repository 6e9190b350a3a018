import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, emptcp, PolicyDirectory } from "./run-cli.js";
import { emptcpHere } from "./run-here.js";

// The watchdog is a process like this one; vitest reads TypeScript in a way of its own.
process.execArgv.push("--conditions=@emptcp/source", "--import", "tsx");

const files = new PolicyDirectory();
const stateDir = mkdtempSync(join(tmpdir(), "emptcp-cli-state-"));
const pins = ["--pin-dir", `/sys/fs/bpf/emptcp-cli-change-${process.pid}`];
const place = [...pins, "--state-dir", stateDir];
const run = (...args: string[]) => emptcpHere([...args, ...place]);
const list = (policy: string, ...args: string[]) => emptcpHere(["rule", "list", policy, ...args, ...pins]);
const json = async (...args: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await run(...args, "--json")).out) as Record<string, unknown>;

const web = (window: number, more = ""): string => `name: web
attach: { tc-egress: ["@test"] }
policies:
  - name: slow
    when: { ip-pair: { src: 10.0.0.1 } }
    chain: [ { set-window: { window: ${window} } }, record ]
${more}`;
const one = files.write("one.yaml", web(1000));
const two = files.write(
  "two.yaml",
  web(2000, "  - { name: seen, when: { tcp: {} }, chain: [ pass ], priority: -1 }\n"),
);

beforeAll(async () => {
  expect(await run("apply", one)).toMatchObject({ code: 0, err: "" });
});
afterAll(async () => {
  await run("detach", "--yes");
  files.remove();
  rmSync(stateDir, { recursive: true, force: true });
});

describe("emptcp diff", () => {
  it("shows what differs as policy files, and says so with its exit code", async () => {
    const diff = (...args: string[]) => emptcpHere(["diff", ...args, ...pins]);
    expect(await diff(one)).toEqual({ code: 0, out: "", err: "" });
    const { code, out } = await diff(two);
    expect(code).toBe(4);
    expect(out).toBe(
      [
        "--- web (generation 1)",
        `+++ web (${two})`,
        "@@ -3,11 +3,17 @@",
        "   tc-egress:",
        '     - "@test"',
        " policies:",
        "+  - name: seen",
        "+    priority: -1",
        "+    when: tcp",
        "+    chain:",
        "+      - pass",
        "   - name: slow",
        "     when:",
        "       ip-pair:",
        "         src: 10.0.0.1",
        "     chain:",
        "       - set-window:",
        "-          window: 1000",
        "+          window: 2000",
        "       - record",
        "",
      ]
        .join("\n")
        .replace("-3,11 +3,17", out.match(/-\d+,\d+ \+\d+,\d+/)?.[0] ?? ""),
    );
    const other = files.write("other.yaml", web(1000).replace("name: web", "name: other"));
    expect((await diff("--prune", other)).out).toContain("+++ /dev/null\n");
    expect((await diff(other)).out).toContain("--- /dev/null\n");
    expect((await diff(join(files.path, "none.yaml"))).code).toBe(2);
  });

  it("writes differences that patch(1) can apply", async () => {
    const added = files.write("new.yaml", web(5).replace("name: web", "name: new"));
    const target = files.write("target", "");
    const { out } = await emptcpHere(["diff", added, ...pins]);
    expect(spawnSync("patch", ["-s", target], { input: out, encoding: "utf8" })).toMatchObject({ status: 0 });
    expect(readFileSync(target, "utf8")).toContain("name: new\n");
  });
});

describe("rules", () => {
  it("are added, listed and deleted", async () => {
    expect(
      await run(
        "rule",
        "add",
        "web/slow",
        "src: 10.0.0.9",
        "--for",
        "1h",
        "--param",
        "set-window.window=500",
      ),
    ).toEqual({
      code: 0,
      out: "rule 1 of web/slow\n",
      err: "",
    });
    expect((await run("rule", "add", "slow", "port: { dst: 443 }")).out).toBe("rule 2 of web/slow\n");
    const lines = (await list("web/slow")).out.trimEnd().split("\n").sort();
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe("-\ttc-egress\tip-pair(src: 10.0.0.1)\t0\t0\t");
    expect(lines[1]).toMatch(/^1\ttc-egress\tip-pair\(src: 10\.0\.0\.9\)\t0\t0\t3[56]\d\ds$/);
    expect((await list("web/slow", "--added", "--match", "443")).out).toBe(
      "2\ttc-egress\tport(dst: 443)\t0\t0\t\n",
    );
    expect((await list("web/slow", "--hit")).out).toBe("");
    const [first] = (await list("web/slow", "--json", "--limit", "1")).out.split("\n");
    const rest = (await list("web/slow", "--json")).out.trimEnd().split("\n").slice(1);
    const { handle } = JSON.parse(first ?? "") as { handle: string | null };
    if (handle !== null) {
      const after = (await list("web/slow", "--json", "--after", handle)).out.trimEnd().split("\n");
      const ids = (l: string[]) => l.map((line) => (JSON.parse(line) as { rule: number }).rule);
      expect(ids(after)).toEqual(ids(rest));
    }
    expect((await run("rule", "delete", "web/slow", "2")).out).toBe("1 rule of web/slow deleted\n");
    expect(await run("rule", "delete", "web/slow", "2")).toMatchObject({
      code: 2,
      err: expect.stringContaining("ERR_EMPTCP_UNKNOWN_RULE"),
    });
    expect((await run("rule", "delete", "web/slow", "--all")).out).toBe("1 rule of web/slow deleted\n");
  });

  it.each([
    [["rule", "add", "web/slow", "src: 10.0.0.300"], "10.0.0.300"],
    [["rule", "add", "web/slow", "src: ["], "such as 'src: 10.0.0.1'"],
    [["rule", "add", "web/slow", "no-such: { a: 1 }"], 'find module "no-such"'],
    [["rule", "add", "web/slow", "src: 10.0.0.1", "--param", "window=1"], "STEP.PARAM=VALUE"],
    [["rule", "add", "web/slow", "src: 10.0.0.1", "--param", "drop.x=1"], 'find module "drop"'],
    [["rule", "add", "web/slow", "src: 10.0.0.1", "--param", "set-window.window=70000"], "window"],
    [["rule", "delete", "web/slow"], "no rule is given"],
    [["rule", "load", "web/slow", "/no/such/file"], "there is no such file"],
    [["param", "set", "web/slow", "set-windw.window=1"], "its steps are set-window, record"],
    [["param", "set", "web/slow", "set-window.window=70000"], "window"],
  ])("refuses %j", async (args, message) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  it("load from CSV and JSON, all or nothing, and again", async () => {
    const csv = files.write(
      "rules.csv",
      "# hosts\nip-pair.src,ip-pair.dst,set-window.window,for\n10.1.0.1,10.2.0.1,,\n10.1.0.2,10.2.0.1,77,1h\n",
    );
    expect((await run("rule", "load", "web/slow", csv)).out).toBe("2 rules loaded into web/slow\n");
    expect((await run("rule", "load", "web/slow", csv)).out).toBe("2 rules loaded into web/slow\n");
    expect((await list("web/slow", "--added")).out.split("\n")).toHaveLength(3);
    const lines = [
      '{ "ip-pair": { "src": "10.1.0.1", "dst": "10.2.0.1" } }',
      '{ "when": { "port": { "dst": 80 } }, "params": { "set-window": { "window": 5 } }, "for": "1m" }',
      '{ "src": "10.3.0.0/16" }',
    ];
    const input = lines.join("\n");
    expect(emptcp(["rule", "load", "web/slow", "--replace", "-", ...place], { input }).out).toBe(
      "3 rules loaded into web/slow\n",
    );
    expect((await list("web/slow", "--added")).out.split("\n")).toHaveLength(4);
    const wrong = files.write("wrong.ndjson", `${lines[0]}\n{ "src": "10.0.0.300" }\n\nnonsense\n`);
    const { code, out, err } = await run("rule", "load", "web/slow", "--replace", wrong);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(`${wrong}:2: `);
    expect(err).toContain(`${wrong}:4: `);
    expect(err).not.toContain(`${wrong}:1: `);
    expect((await list("web/slow", "--added")).out.split("\n")).toHaveLength(4);
    await run("rule", "delete", "web/slow", "--all");
  });
});

describe("the history", () => {
  it("tells parameters that were set, and what a rollback and an apply make of them", async () => {
    expect((await run("param", "set", "web/slow", "set-window.window=555")).out).toMatch(
      /^web\/slow is changed; generation \d+ runs\n$/,
    );
    expect((await emptcpHere(["diff", one, ...pins])).out).toContain(
      "-          window: 555\n+          window: 1000\n",
    );
    expect((await run("apply", one)).code).toBe(0);
    expect((await emptcpHere(["diff", one, ...pins])).code).toBe(0);
    expect((await run("rollback")).out).toMatch(/^back to generation \d+: web; it runs as generation \d+\n$/);
    expect((await emptcpHere(["diff", one, ...pins])).code).toBe(4);
    expect((await run("apply", one)).code).toBe(0);
    const rows = (await run("history", "-n", "3")).out
      .trimEnd()
      .split("\n")
      .map((row) => row.split("\t"));
    expect(rows.map((r) => [r[3], r[5]])).toEqual([
      ["apply", "~web (~1)"],
      ["rollback", "~web (~1)"],
      ["apply", "~web (~1)"],
    ]);
    const { out } = await run("history", rows[0]?.[0] ?? "");
    expect(out).toContain("-          window: 555\n+          window: 1000\n");
    expect(out).toMatch(/command +\S/);
    expect(out).toMatch(/module +@emptcp\/actor-set-window \d+\.\d+\.\d+ [0-9a-f]{64}\n/);
    expect((await json("history", "-n", "1"))["entries"]).toMatchObject([
      { what: "apply", ok: true, who: { uid: 0 } },
    ]);
    expect(await run("history", "9999")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/ find entry 9999: .*\n.* entries that are kept: 1 to \d+\n/),
    });
    expect((await run("rollback", "9999")).code).toBe(2);
    expect((await run("rollback", "1", "--entry", "1")).code).toBe(2);
  });

  it("is missed, not fatal", async () => {
    const file = files.write("file", "");
    const { code, out, err } = await emptcpHere(["apply", one, ...pins, "--state-dir", file]);
    expect([code, out]).toEqual([0, expect.stringContaining("web runs already")]);
    expect(err).toContain("warning: the history misses this change");
    expect(await emptcpHere(["history", ...pins, "--state-dir", file])).toMatchObject({
      code: 1,
      err: expect.stringContaining("ERR_EMPTCP_NO_HISTORY"),
    });
  });

  it("names a file system that is read-only", async () => {
    const mounted = mkdtempSync(join(tmpdir(), "emptcp-read-only-"));
    spawnSync("mount", ["-t", "tmpfs", "-o", "ro", "none", mounted]);
    try {
      const { code, err } = await emptcpHere(["apply", one, ...pins, "--state-dir", join(mounted, "a", "b")]);
      expect(code).toBe(0);
      expect(err).toMatch(
        /: write history in \S+\/a\/b\/sys-fs-bpf-\S+: the file system is read-only \(EROFS\)\n/,
      );
    } finally {
      spawnSync("umount", [mounted]);
      rmSync(mounted, { recursive: true });
    }
  });
});

describe("a file of rules", () => {
  it("is told once when its heading or its name is wrong", async () => {
    const file = files.write("junk.csv", "junk,more\n1,2\n3,4\n");
    const { code, err } = await run("rule", "load", "web/slow", file);
    expect([code, err.match(/ {2}error /g)?.length]).toEqual([2, 1]);
    expect((await run("rule", "load", "web/slow", tmpdir())).err).toContain(
      `${tmpdir()}: it is a directory\n`,
    );
  });
});

describe("what is not there", () => {
  it("is told by set, by policy and by place", async () => {
    const err = async (...args: string[]): Promise<string> => (await emptcpHere([...args, ...pins])).err;
    expect(await err("rule", "list", "nope/slow")).toContain('ERR_EMPTCP_UNKNOWN_SET find policy set "nope"');
    expect(await err("rule", "list", "web/nope")).toMatch(
      /find policy "nope" in set "web": it is not there\nhint: `emptcp show web` lists the policies: web\/slow\n/,
    );
    expect(await err("rule", "list", "nope")).toMatch(
      /find policy "nope": it is not there\nhint: `emptcp stats` lists the policies: web\/slow\n/,
    );
    const file = files.write("away.yaml", "name: away\nattach: { xdp: [emptcp-none0] }\npolicies: []\n");
    for (const command of ["plan", "apply"]) {
      expect(await err(command, file), command).toContain('away.yaml:2:17: find interface "emptcp-none0"');
    }
  });
});

describe("emptcp bypass", () => {
  it("is on until it is off, whatever is applied", async () => {
    const status = async (): Promise<string> => (await emptcpHere(["bypass", "status", ...pins])).out;
    expect(await status()).toBe("bypass is off\n");
    expect((await run("bypass", "on")).out).toBe("bypass is on: every packet passes\n");
    expect((await run("apply", two)).err).toBe(
      "warning: bypass is on: every packet passes; `emptcp bypass off` puts it into effect\n",
    );
    expect(await status()).toBe("bypass is on: every packet passes\n");
    expect((await emptcpHere(["list", ...pins])).err).toContain("bypass is on: every packet passes");
    expect((await emptcpHere(["show", "web", ...pins])).err).toContain("bypass is on");
    expect((await emptcpHere(["stats", ...pins])).err).toContain("bypass is on");
    for (const view of ["list", "stats"]) {
      const { out } = await emptcpHere([view, "--json", ...pins]);
      expect(JSON.parse(out)).toMatchObject({ bypass: true });
    }
    expect((await run("bypass", "off")).out).toBe("bypass is off: policies are in effect\n");
    await run("apply", one, "--prune");
    expect(
      await emptcpHere(["bypass", "on", "--pin-dir", `${pins[1]}-none`, "--state-dir", stateDir]),
    ).toMatchObject({
      code: 3,
      err: expect.stringContaining("ERR_EMPTCP_NOT_RUNNING"),
    });
  });
});

describe("emptcp apply --confirm", () => {
  it("goes back in time, though the terminal is gone and the command killed", async () => {
    const [node = "", ...words] = command;
    const child = spawn(node, [...words, "apply", "--confirm", "2s", two, ...place], {
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    const [text] = (await once(child.stdout, "data")) as [Buffer];
    expect(text.toString()).toMatch(/web runs as generation \d+/);
    process.kill(-(child.pid ?? 0), "SIGHUP");
    process.kill(-(child.pid ?? 0), "SIGKILL");
    const end = Date.now() + 20_000;
    while (!(await run("history", "-n", "1")).out.includes("not confirmed in time")) {
      expect(Date.now()).toBeLessThan(end);
      await new Promise((resume) => setTimeout(resume, 100));
    }
    expect((await emptcpHere(["diff", one, ...pins])).code).toBe(0);
    expect(await run("confirm")).toMatchObject({
      code: 1,
      err: expect.stringContaining("NOTHING_TO_CONFIRM"),
    });
  });

  it("stays when it is confirmed", async () => {
    const { code, out } = await run("apply", "--confirm", "1m", two);
    expect(code).toBe(0);
    expect(out).toMatch(/generation \d+ waits for `emptcp confirm` until /);
    expect((await run("history", "-n", "1")).out).toContain("waits to be confirmed until");
    expect((await emptcpHere(["list", ...pins])).err).toContain("waits to be confirmed until");
    expect(await run("apply", two)).toMatchObject({
      code: 1,
      err: expect.stringContaining("ERR_EMPTCP_UNCONFIRMED"),
    });
    expect((await run("confirm")).out).toMatch(/^generation \d+ is confirmed\n$/);
    expect(await json("apply", "--confirm", "1m", one)).toMatchObject({
      confirm: { until: expect.any(String) },
    });
    expect((await run("rollback")).code).toBe(0);
    expect((await emptcpHere(["diff", two, ...pins])).code).toBe(0);
  });

  it.each([
    ["\n", 0, "is confirmed"],
    ["n\n", 1, "ERR_EMPTCP_NOT_CONFIRMED"],
  ])("asks on a terminal: %j", async (answer, code, said) => {
    await run("apply", one, "--prune");
    const line = [...command, "apply", "--confirm", "20s", two, ...place].map((w) => `'${w}'`).join(" ");
    const child = spawn("script", ["-qec", line, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (text: Buffer) => {
      if (!output.includes("keep generation") && (output + text.toString()).includes("keep generation")) {
        child.stdin.write(answer);
      }
      output += text.toString();
    });
    const [status] = (await once(child, "close")) as [number];
    expect([status, output]).toEqual([code, expect.stringContaining(said)]);
    expect((await emptcpHere(["diff", code === 0 ? two : one, ...pins])).code).toBe(0);
  });
});
