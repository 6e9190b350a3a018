import { execFileSync, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, emptcp, PolicyDirectory, root } from "./run-cli.js";

const files = new PolicyDirectory();
const pins = ["--pin-dir", `/sys/fs/bpf/emptcp-test-plan-${process.pid}`];
const run = (args: readonly string[], env: Record<string, string> = {}) =>
  emptcp([...args, ...pins], {
    env: { ...process.env, SSH_CONNECTION: "", EMPTCP_STATE_DIR: files.path, ...env },
  });
const json = (...args: string[]): Record<string, unknown> =>
  JSON.parse(run([...args, "--json"]).out) as Record<string, unknown>;
afterAll(() => {
  run(["detach"]);
  files.remove();
});

const set = (window: number, chain = "", when = "port: { remote: 443 }"): string => `name: web
attach:
  tc-egress: ["@test"]
policies:
  - name: slow
    when:
      ${when}
    chain:
      - set-window: { window: ${window} }
${chain}`;

describe("plan", () => {
  it("tells first programs, then nothing, then only data, then programs again, and why", () => {
    const file = files.write("web.yaml", set(1));
    expect(json("plan", file)).toMatchObject({
      running: 0,
      next: 1,
      work: "programs",
      reasons: ["nothing runs yet"],
    });
    expect(run(["apply", file]).code).toBe(0);
    expect(json("plan", file)).toMatchObject({ running: 1, next: 2, work: "nothing", reasons: [] });
    expect(json("plan", files.write("data.yaml", set(2)))).toMatchObject({ work: "data", reasons: [] });
    const more = json("plan", files.write("more.yaml", set(1, "      - record\n")));
    expect(more).toMatchObject({
      work: "programs",
      reasons: ["no program of this place in a chain is loaded: record, set-window"],
      programs: [
        { hook: "tc-egress", program: "record", count: 1 },
        { hook: "tc-egress", program: "set-window", count: 1 },
        { hook: "tc-egress", program: "entry", count: 1 },
      ],
    });
    const shape = json("plan", files.write("shape.yaml", set(1, "", "ip-pair: { remote: 10.0.0.1 }")));
    expect(shape).toMatchObject({
      work: "programs",
      reasons: ["web matches by keys of a new shape on tc-egress"],
    });
  });

  it("is right about what apply does then", () => {
    const slots: number[] = [];
    for (const name of ["data.yaml", "more.yaml"]) {
      const { next } = json("plan", `${files.path}/${name}`);
      const { generation } = json("apply", `${files.path}/${name}`);
      expect(generation).toBe(next);
      slots.push(Number(generation));
    }
    expect(slots).toEqual([2, 3]);
  });

  it("names modules with their powers, interfaces, limits and costs, and what would go", () => {
    const other = files.write("other.yaml", set(1).replace("name: web", "name: other"));
    const plan = json("plan", other, "--prune");
    expect(plan).toMatchObject({
      modules: [
        {
          module: "set-window",
          powers: ["change-header"],
          abi: 1,
          policies: ["other/slow"],
          reloaded: false,
        },
        { module: "port", powers: [] },
      ],
      ports: [{ hook: "tc-egress", interface: "@test", change: "keep" }],
      costs: [{ hook: "tc-egress", tables: 1, selectors: 1, dearest: "other/slow", estimate: true }],
      unseen: [],
    });
    expect(plan["limits"]).toContainEqual({ what: "policies", used: 1, limit: 32768 });
    expect(run(["plan", other, "--prune"]).out).toMatch(
      /^- web\n {4}attach {3}tc-egress @test {2}⇒ {2}\(gone\)$/m,
    );
  });

  it("tells overlaps with sets that run, and policies that are never reached", () => {
    const file = files.write(
      "late.yaml",
      `name: late
attach: { tc-egress: ["@test"] }
policies:
  - { name: wide, when: { port: { remote: 443 } }, chain: [], priority: 1 }
  - { name: narrow, when: { all: [{ port: { remote: 443 } }, { ip-pair: { remote: 10.0.0.1 } }] }, chain: [] }
`,
    );
    const { code, out } = run(["plan", file]);
    expect(code).toBe(0);
    expect(out).toContain("late/wide and web/slow");
    expect(out).toMatch(/late\.yaml:5:5: order policy "late\/narrow" on tc-egress: "late\/wide"/);
    expect(out).toMatch(/5 \| .*- \{ name: narrow/);
  });

  it("says that bypass is on", () => {
    const file = `${files.path}/late.yaml`;
    expect(json("plan", file)).toMatchObject({ bypass: false });
    expect(run(["bypass", "on"]).code).toBe(0);
    expect(run(["plan", file]).out).toContain("bypass is on: every packet passes");
    expect(json("plan", file)).toMatchObject({ bypass: true });
    expect(run(["bypass", "off"]).code).toBe(0);
  });

  it("fits the columns of a terminal", () => {
    for (const columns of [80, 200]) {
      const line = [...command, "plan", `${files.path}/late.yaml`, ...pins].map((w) => `'${w}'`).join(" ");
      const { stdout } = spawnSync(
        "script",
        ["-qec", `stty cols ${columns}; NO_COLOR=1 ${line}`, "/dev/null"],
        {
          cwd: root,
          encoding: "utf8",
          env: { ...process.env, SSH_CONNECTION: "" },
        },
      );
      const lines = stdout.split(/\r?\n/).filter((l) => !l.includes(" | "));
      expect(lines.length).toBeGreaterThan(15);
      for (const l of lines) expect(l.length).toBeLessThanOrEqual(columns);
    }
  });

  it("says what is missing, with the rest of what is wrong", () => {
    const file = files.write("gone.yaml", set(99999).replace("@test", "no-such-if"));
    const { code, err } = run(["plan", file]);
    expect(code).toBe(2);
    expect(err).toMatch(/gone\.yaml:3:\d+: find interface "no-such-if"/);
    expect(err).toMatch(/gone\.yaml:9:\d+: set-window: window: expected an integer/);
  });

  it("takes variables", () => {
    const file = files.write(
      "vars.yaml",
      `vars: { w: 1 }\n---\n${set(0).replace("window: 0", 'window: "${w}"')}`,
    );
    expect(run(["plan", file, "--var", "w=7"]).out).toContain("set-window(window: 7)");
    expect(run(["plan", file, "--var", "x=7"])).toMatchObject({ code: 2 });
    expect(run(["plan", file, "--var", "x"])).toMatchObject({ code: 2 });
  });
});

describe("the session in which a command is typed", () => {
  const netns = `emptcp-test-session-${process.pid}`;
  const inside = (args: readonly string[], parent: string) =>
    spawnSync(
      "ip",
      [
        "netns",
        "exec",
        netns,
        "env",
        `SSH_CONNECTION=${parent}`,
        "sh",
        "-c",
        'unset SSH_CONNECTION; "$@"; exit $?',
        "sh",
        ...command,
        ...args,
        ...pins,
      ],
      { cwd: root, encoding: "utf8", env: { ...process.env, EMPTCP_STATE_DIR: files.path } },
    );
  beforeAll(() => {
    execFileSync("sh", [
      "-ec",
      `ip netns add ${netns}; ip -n ${netns} link set lo up
       ip -n ${netns} link add wan type veth peer name far; ip -n ${netns} addr add 192.0.2.7/24 dev wan
       ip -n ${netns} link set wan up; ip -n ${netns} link set far up`,
    ]);
  });
  afterAll(() => {
    spawnSync("ip", ["netns", "del", netns]);
  });
  const file = () =>
    files.write(
      "cut.yaml",
      `name: cut
attach: { tc-ingress: [wan] }
policies:
  - { name: ssh, when: { port: { local: 22 } }, chain: [drop] }
`,
    );

  it("is warned of by plan, found above a shell that lost the variable", () => {
    const { stdout, status } = inside(["plan", file()], "198.51.100.9 5000 192.0.2.7 22");
    expect(status).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /cut\.yaml:4:5: apply cut\/ssh: on tc-ingress of wan it may drop packets of this ssh session with 198\.51\.100\.9/,
    );
    expect(stdout).toContain("--confirm 30s");
  });

  it("is not, when it comes in elsewhere or by another port", () => {
    expect(inside(["plan", file()], "198.51.100.9 5000 127.0.0.1 22").stdout).not.toContain("ssh session");
    expect(inside(["plan", file()], "198.51.100.9 5000 192.0.2.7 2222").stdout).not.toContain("ssh session");
  });

  it("is warned of by apply before it happens", () => {
    const { stderr, status } = inside(["apply", file()], "198.51.100.9 5000 192.0.2.7 22");
    expect(stderr).toMatch(/^warning: apply cut\/ssh: on tc-ingress of wan it may drop/m);
    expect(status).toBe(0);
    inside(["delete", "cut"], "");
  });
});
