import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "@emptcp/core";
import { command, emptcp, PolicyDirectory, root } from "./run-cli.js";
import { Terminal } from "./terminal.js";

const files = new PolicyDirectory();
const pinDir = `/sys/fs/bpf/emptcp-views-test-${process.pid}`;
const pins = ["--pin-dir", pinDir];
const run = (...args: string[]) => emptcp([...args, ...pins]);
const [a, b] = [`emptest-${process.pid}-va`, `emptest-${process.pid}-vb`];
const ip = (...args: string[]): string => execFileSync("ip", args, { encoding: "utf8", stdio: "pipe" });

/** Bytes of a datagram on the wire: 14 Ethernet, 20 IPv4, 8 UDP, and its payload. */
const FRAME = 14 + 20 + 8 + 5;

/** Sends datagrams of five bytes from `a`. */
function send(port: number, count: number): void {
  const script = `const s = require("dgram").createSocket("udp4"); let left = ${count};
    for (let i = 0; i < ${count}; i++) s.send("hello", ${port}, "10.78.0.2", () => --left || s.close());`;
  ip("netns", "exec", a, process.execPath, "-e", script);
}

/** A command that goes on beside the test. */
class Running {
  readonly #child;
  out = "";
  err = "";
  readonly ended: Promise<number | null>;

  constructor(...args: string[]) {
    const [node = "", ...words] = command;
    this.#child = spawn(node, [...words, ...args, ...pins], { cwd: root });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.err += text));
    this.ended = new Promise((resolve) => this.#child.on("close", resolve));
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }
}

async function until(done: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !done(); ) {
    if (Date.now() > end) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Waits until the programs that run are such ones. */
async function instrumented(which: { readonly trace?: boolean; readonly profile?: number }): Promise<void> {
  using engine = await openEngine({ pinDir });
  await until(() => expect.objectContaining(which).asymmetricMatch(engine.current().instrument));
}

interface Doc {
  readonly [name: string]: unknown;
}
const documents = (text: string): Doc[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Doc);

beforeAll(() => {
  for (const name of [a, b]) ip("netns", "add", name);
  ip("-n", a, "link", "add", "ev0", "type", "veth", "peer", "name", "ev1", "netns", b);
  for (const [name, dev, address] of [
    [a, "ev0", "10.78.0.1/24"],
    [b, "ev1", "10.78.0.2/24"],
  ] as const) {
    // No router solicitations and no address tests: only what the test sends is counted.
    ip("netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
    ip("-n", name, "addr", "add", address, "dev", dev);
    ip("-n", name, "link", "set", dev, "up");
  }
  const policies = `name: views
attach: { tc-egress: ["${a}/ev0"] }
policies:
  - { name: stopped, when: { port: { dst: 7001 } }, chain: [ pass, drop ] }
  - { name: window, when: { port: { dst: 7002 } }, chain: [ { set-window: { window: 1000 } } ] }
`;
  const applied = run("apply", files.write("views.yaml", policies));
  expect(applied).toMatchObject({ code: 0 });
});

afterAll(() => {
  run("detach");
  for (const name of [a, b]) execFileSync("ip", ["netns", "del", name]);
  files.remove();
});

describe("stats", () => {
  it("counts what was sent, by policy and step", () => {
    send(7001, 6);
    const counted = (packets: number): unknown => ({
      policies: expect.arrayContaining([
        expect.objectContaining({
          policy: "stopped",
          packets,
          bytes: packets * FRAME,
          steps: [
            expect.objectContaining({ module: "pass", packets }),
            expect.objectContaining({
              module: "drop",
              packets,
              verdicts: expect.objectContaining({ drop: packets }) as unknown,
            }),
          ],
        }),
        expect.objectContaining({ policy: "window", packets: 0 }),
      ]) as unknown,
    });
    expect(JSON.parse(run("stats", "--json").out)).toMatchObject(counted(6) as object);
    send(7001, 2);
    expect(JSON.parse(run("stats", "views", "--json").out)).toMatchObject(counted(8) as object);
    expect(run("stats", "views/stopped").out).toBe(
      `tc-egress\tpolicy\tviews/stopped\t8\t${8 * FRAME}\t\t\t\n` +
        "tc-egress\tstep\tviews/stopped 1 pass@0.1.0\t8\t\t\tnext 8\t\n" +
        "tc-egress\tstep\tviews/stopped 2 drop@0.1.0\t8\t\t\tdrop 8\t\n",
    );
  });

  it("counts each rule, busiest first", async () => {
    using engine = await openEngine({ pinDir });
    const when = (port: number) => ({ kind: "match" as const, module: "port", params: { dst: port } });
    const [one, two] = [
      await engine.policy("views/stopped").rules.add({ when: when(7003) }),
      await engine.policy("views/stopped").rules.add({ when: when(7004) }),
    ];
    send(7003, 1);
    send(7004, 3);
    const { policies } = JSON.parse(run("stats", "views/stopped", "--json").out) as {
      policies: { rules: unknown }[];
    };
    expect(policies[0]?.rules).toMatchObject([
      { id: two.id, packets: 3, bytes: 3 * FRAME, match: expect.stringContaining("7004") as string },
      { id: one.id, packets: 1, bytes: FRAME },
    ]);
    expect(run("show", "views").out).toContain("stopped  priority 0, 2 rules added");
    await engine.policy("views/stopped").rules.delete(one);
    await engine.policy("views/stopped").rules.delete(two);
  });

  it("times steps while it measures, and takes the clocks out again", async () => {
    const stats = new Running(
      "stats",
      "--profile",
      "--sample",
      "1",
      "--watch",
      "--interval",
      "200ms",
      "--json",
    );
    await instrumented({ profile: 1 });
    await until(() => stats.out.includes("\n"));
    send(7001, 4);
    await until(() =>
      documents(stats.out.slice(0, stats.out.lastIndexOf("\n"))).some((doc) =>
        JSON.stringify(doc).includes('"samples":4'),
      ),
    );
    expect(run("list", "--json").out).toContain('"profile": 1');
    stats.interrupt();
    expect(await stats.ended).not.toBe(0);
    const rated = documents(stats.out).flatMap(
      (doc) => doc.policies as { policy: string; rates?: { packets: number } }[],
    );
    expect(rated.some(({ policy, rates }) => policy === "stopped" && (rates?.packets ?? 0) > 0)).toBe(true);
    await instrumented({ profile: 0 });
  });

  it.each([
    [["nobody"], 'find policy set "nobody"'],
    [["views/nobody"], 'find policy "nobody"'],
    [["--profile", "--sample", "3"], "3"],
  ])("refuses %j", (args, message) => {
    const { code, err } = run("stats", ...args);
    expect(code).not.toBe(0);
    expect(err).toContain(message);
  });
});

describe("trace", () => {
  it("tells each packet that the filter matches, as JSON and as a capture that tshark reads", async () => {
    const file = join(files.path, "trace.pcapng");
    const trace = new Running("trace", "udp", "to", ":7001", "--count", "5", "--json", "--pcapng", file);
    await instrumented({ trace: true });
    send(7002, 2);
    send(7001, 5);
    expect(await trace.ended).toBe(0);
    expect(trace.err).toBe("5 packets, 0 records lost\n");
    const told = documents(trace.out);
    expect(told).toHaveLength(5);
    for (const packet of told)
      expect(packet).toMatchObject({
        hook: "tc-egress",
        interface: { name: "ev0", netns: a, layer3: false },
        protocol: "udp",
        to: "10.78.0.2:7001",
        length: { before: FRAME, after: FRAME },
        verdict: "drop",
        complete: true,
        hops: [
          { at: "entry", set: "views", policy: "stopped", result: "chain" },
          { step: 1, module: "pass", version: "0.1.0", result: "next", changes: [] },
          { step: 2, module: "drop", version: "0.1.0", result: "drop", changes: [] },
        ],
      });
    const args = [
      "-r",
      file,
      "-T",
      "fields",
      "-e",
      "frame.len",
      "-e",
      "udp.dstport",
      "-e",
      "frame.interface_name",
      "-e",
      "frame.comment",
    ];
    const frames = execFileSync("tshark", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim()
      .split("\n");
    expect(frames).toHaveLength(10);
    expect(frames[1]).toMatch(new RegExp(`^${FRAME}\\t7001\\t${a}/ev0\\t.*: drop`));
    await instrumented({ trace: false });
  });

  it("names what a step changes", async () => {
    const trace = new Running("trace", "tcp", "10.78.0.2:7002", "--count", "1");
    await instrumented({ trace: true });
    const connect = `require("net").connect(7002, "10.78.0.2").on("error", () => process.exit())`;
    ip("netns", "exec", a, process.execPath, "-e", connect);
    expect(await trace.ended).toBe(0);
    expect(trace.out).toMatch(/ tcp 10\.78\.0\.1:\d+ → 10\.78\.0\.2:7002 {2}syn, \d+ bytes\n/);
    expect(trace.out).toMatch(/1 set-window@0\.1\.0 .*\n.*tcp\.window +64240 → 1000\n/);
  });

  it("ends when it is time, and when it is interrupted; what ran before runs again", async () => {
    expect(run("trace", "--for", "100ms")).toMatchObject({
      code: 0,
      out: "",
      err: "0 packets, 0 records lost\n",
    });
    const trace = new Running("trace", "--pcapng", "-");
    await instrumented({ trace: true });
    for (const view of [["list"], ["show", "views"], ["stats"]])
      expect(run(...view).err, view.join()).toContain("packets are traced, which costs time");
    trace.interrupt();
    await trace.ended;
    expect(trace.err).toBe("0 packets, 0 records lost\n");
    await instrumented({ trace: false });
  });

  it("refuses a place where no policy acts", () => {
    for (const place of [
      ["--interface", "nope0"],
      ["--hook", "xdp"],
    ])
      expect(run("trace", ...place, "--for", "1s"), place.join()).toMatchObject({
        code: 2,
        err: expect.stringContaining("no policy acts there\nhint: policies act at tc-egress ") as string,
      });
  });

  it("says which file it cannot write", () => {
    expect(run("trace", "--pcapng", "/nowhere/file")).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("ERR_EMPTCP_OUTPUT_FILE write /nowhere/file") as string,
    });
  });

  it("has nothing to trace where nothing runs", () => {
    expect(emptcp(["trace", "--pin-dir", `${pinDir}-none`])).toMatchObject({
      code: 3,
      err: expect.stringContaining("ERR_EMPTCP_NOT_RUNNING") as string,
    });
  });
});

describe.each([80, 200])("on a terminal of %i columns", (columns) => {
  const see = async (words: readonly string[], what: RegExp, escapes = false): Promise<string> => {
    const env = { PATH: process.env.PATH ?? "", TERM: "xterm-256color", LANG: "C.UTF-8" };
    const shell = `cd ${root} && ${[...command, ...words, ...pins].join(" ")}; sleep 20`;
    const terminal = new Terminal(["sh", "-c", shell], columns, env);
    try {
      await terminal.shows(what);
      return terminal.screen(escapes);
    } finally {
      terminal.close();
    }
  };

  it("shows lists and counters that fit, with colours", async () => {
    const [list, stats, watched] = [
      await see(["list"], /set-window@0\.1\.0/),
      await see(["stats"], /^total +tc-egress/m, true),
      await see(["stats", "--watch"], /PKT\/S +BIT\/S/),
    ];
    const plain = stats.replace(/\u001b\[[\d;]*m/g, "");
    expect(list).toMatch(
      /^generation \d+, \d+\w old, core [\d.]+\nSET +POLICIES +PORTS +ATTACHED TO\nviews +2 +1 +tc-egress /,
    );
    expect(plain).toMatch(/^POLICY +PACKETS +BYTES +RESULTS\nviews\/stopped {2}tc-egress +\d/);
    expect(stats).toMatch(/\u001b\[(\d+;)*1m(\u001b\[\d+m)*views\/stopped/);
    for (const line of [list, plain, watched].join("\n").split("\n"))
      expect(line.length).toBeLessThanOrEqual(columns);
  });
});
