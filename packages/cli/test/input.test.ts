import { afterAll, describe, expect, it } from "vitest";
import { emptcp, PolicyDirectory } from "./run-cli.js";

const files = new PolicyDirectory();
afterAll(() => files.remove());

describe("the command line", () => {
  it("helps", () => {
    const help = emptcp(["--help"]);
    expect([help.code, help.err]).toEqual([0, ""]);
    for (const command of ["apply", "plan", "list", "show", "delete", "detach", "events", "lab"]) {
      expect(help.out).toMatch(new RegExp(`^  ${command} `, "m"));
    }
  });

  it("names the capabilities that are missing", () => {
    expect(emptcp(["detach", "--pin-dir", "/sys/fs/bpf/none"], { uid: 65534 })).toEqual({
      code: 1,
      out: "",
      err:
        "ERR_EMPTCP_CAPABILITY detach: needs CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON, which this process lacks\n" +
        "hint: run it with sudo, or give it what it needs: docs/non-root.md\n",
    });
  });
});

describe("policy files", () => {
  const wrong = `# wrong in three places
name: web
attach: { tc-egress: ["@test"] }
policies:
  - name: slow
    when: { port: { dst: 99999 } }
    chain:
      - set-window: { window: 70000 }
      - set-windw: { window: 1 }
`;

  it("are refused with line and column of every problem", () => {
    const file = files.write("wrong.yaml", wrong);
    const { code, out, err } = emptcp(["plan", file]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("ERR_EMPTCP_POLICY check policy sets: 3 problems found\n");
    expect(err).toContain(`${file}:6:26: port: dst: expected ports`);
    expect(err).toContain(`${file}:8:31: set-window: window: expected an integer in 0..65535`);
    expect(err).toContain(`${file}:9:9: find module "set-windw"`);
    expect(err).toContain(
      "    6 |     when: { port: { dst: 99999 } }\n      |                          ^^^^^\n",
    );
    expect(err).toContain('did you mean "set-window"?');
  });

  it("give the same places in JSON", () => {
    const { error } = JSON.parse(emptcp(["plan", "-", "--json"], { input: wrong }).out) as {
      error: { problems: { file: string; line: number; column: number; path: string }[] };
    };
    expect(error.problems.map(({ file, line, column }) => [file, line, column]).sort()).toEqual([
      ["standard input", 6, 26],
      ["standard input", 8, 31],
      ["standard input", 9, 9],
    ]);
  });

  it("are refused with the place of an error in their syntax", () => {
    const file = files.write("syntax.yaml", "name: web\npolicies: [\n  - a: }\n");
    const { code, err } = emptcp(["plan", file]);
    expect(code).toBe(2);
    expect(err).toMatch(new RegExp(`error ${file}:3:\\d+: read YAML: .*\n    3 \\|   - a: }\n`));
  });

  it("are refused with the place of an unknown key", () => {
    const file = files.write(
      "shape.yaml",
      "name: web\nattach: {}\npolicies:\n  - { name: a, whn: { any: {} }, chain: [] }\n",
    );
    const { code, err } = emptcp(["plan", file]);
    expect(code).toBe(2);
    expect(err).toMatch(new RegExp(`${file}:4:16: .*\\^\\^\\^\n.*did you mean "when"`, "s"));
  });

  it("may hold several sets, in YAML and in JSON, but not two of one name", () => {
    const set = (name: string) => JSON.stringify({ name, attach: { xdp: ["@test"] }, policies: [] });
    const { code, out } = emptcp(
      ["plan", files.write("two.yaml", `${set("a")}\n---\n${set("b")}\n`), files.write("c.json", set("c"))],
      { uid: 0 },
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^\+ a\n.*^\+ b\n.*^\+ c\n/ms);
    const twice = emptcp(["plan", files.write("twice.yaml", `${set("a")}\n---\n${set("a")}\n`)]);
    expect(twice.code).toBe(2);
    expect(twice.err).toMatch(/twice.yaml:3:\d+: add policy set "a": there are two.*twice.yaml:1/s);
  });
});
