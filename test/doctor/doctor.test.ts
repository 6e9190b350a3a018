import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { inspectMachine, ModuleCatalog, policySet, type CheckedFinding, type Engine } from "@emptcp/core";
import { BpfLink, BpfObject, interfaceIndex, withNetns, xdpAttach, attachClsact } from "@emptcp/core/libbpf";
import type { BpfProgram } from "@emptcp/core/libbpf";
import { modules, newPinDir, REPOSITORY, rule, runChild, startChild, withEngine } from "../engine/support.js";

const sh = (command: string): string => execFileSync("bash", ["-c", command], { encoding: "utf8" });
const core = join(REPOSITORY, "packages/core");

// The watchdog of a change that waits is a process like this one; vitest reads TypeScript in a way of its own.
process.execArgv.push("--conditions=@emptcp/source", "--import", "tsx");
let netns = "";
let count = 0;
beforeEach(() => {
  netns = `emdoc-${process.pid}-${++count}`;
  sh(
    `ip netns add ${netns}; ip -n ${netns} link add dc0 type veth peer name dc1; ip -n ${netns} link set dc0 up`,
  );
});
afterEach(() => {
  sh(`ip netns del ${netns}`);
});

/** Findings of one check about the test's namespace or its engine, without those that are fine. */
function found(
  check: string,
  pinDir: string,
  options: Parameters<typeof inspectMachine>[0] = {},
): CheckedFinding[] {
  return inspectMachine({ pinDir, modules, namespaces: [netns], ...options }).filter(
    (f) => f.check === check && f.level !== "ok" && (f.subject === undefined || !f.subject.startsWith("/")),
  );
}

/** Does what a finding says. `emptcp` runs on the test's engine. */
async function mend(engine: Engine, [finding]: readonly CheckedFinding[]): Promise<void> {
  const fix = finding?.fix ?? "";
  if (fix === "emptcp refresh") await engine.refresh();
  else if (fix === "emptcp bypass off") await engine.bypass(false);
  else if (fix.startsWith("emptcp confirm")) await engine.confirm();
  else sh(fix);
}

const index = (name: string): number => interfaceIndex(name, netns) ?? 0;
const everywhere = (name: string, more: object = {}) =>
  policySet("s", { attach: { [name]: [`${netns}/dc0`] }, policies: [rule("p")], ...more });

describe("doctor", () => {
  const work = mkdtempSync(join(tmpdir(), "emptcp-doctor-"));
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** A program of somebody else's. */
  function foreign(name: string, section: "xdp" | "tc"): BpfProgram {
    const source = join(work, `${name}.c`);
    writeFileSync(
      source,
      `__attribute__((section("${section}"), used)) int ${name}(void *ctx) { return ${section === "xdp" ? 2 : -1}; }
char terms[] __attribute__((section("license"), used)) = "GPL";\n`,
    );
    sh(`clang -O2 -target bpf -c ${source} -o ${work}/${name}.o`);
    using object = BpfObject.open(readFileSync(`${work}/${name}.o`), { name });
    object.load();
    return object.program(name).program();
  }

  it("names foreign XDP programs, and says how to take them off", async () => {
    using program = foreign("somebodys", "xdp");
    withNetns(netns, () => xdpAttach(program, index("dc0"), "native"));
    await withEngine(async (engine, pinDir) => {
      const findings = found("foreign programs", pinDir);
      expect(findings).toMatchObject([{ level: "note", subject: `${netns}/dc0` }]);
      expect(findings[0]?.message).toContain(
        `"somebodys" (id ${program.info().id}) of somebody else is there, native`,
      );
      await mend(engine, findings);
      expect(found("foreign programs", pinDir)).toEqual([]);
    });
  });

  it("recognises the dispatcher of libxdp", () => {
    using program = foreign("xdp_dispatcher", "xdp");
    withNetns(netns, () => xdpAttach(program, index("dc1"), "generic"));
    const [finding] = found("foreign programs", newPinDir());
    expect(finding?.message).toContain("libxdp's dispatcher");
    expect(finding?.fix).toContain("xdp-loader unload dc1");
  });

  it("names foreign programs on tcx and clsact, and not its own", async () => {
    using tcx = foreign("on_tcx", "tc");
    using clsact = foreign("on_clsact", "tc");
    using _link = withNetns(netns, () => BpfLink.createTcx(tcx, index("dc0"), "ingress"));
    withNetns(netns, () => attachClsact(clsact, index("dc0"), "egress", { handle: 1, priority: 7 }));
    await withEngine(async (engine, pinDir) => {
      for (const tc of ["tcx", "clsact"] as const) {
        await engine.apply(everywhere("tc-ingress"), { tc });
        const messages = found("foreign programs", pinDir).map((f) => f.message);
        expect(messages).toHaveLength(2);
        expect(messages[0]).toMatch(
          /tcx program "on_tcx" \(id \d+\), link \d+ of somebody else runs on ingress/,
        );
        expect(messages[1]).toMatch(/clsact filter "?on_clsact.* on egress at preference 7/);
        await engine.delete("s");
      }
    });
  });

  it.each(["xdp", "tc-ingress"])("sees that the link on %s was detached", async (hook) => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(everywhere(hook));
      expect(found("attachments", pinDir)).toEqual([]);
      const port = engine.current().ports[0]?.id ?? 0;
      {
        using link = BpfLink.fromPin(join(pinDir, "ports", `${port}_link`));
        link.detach();
      }
      const findings = found("attachments", pinDir);
      expect(findings).toMatchObject([{ level: "problem", subject: `${netns}/dc0 ${hook}` }]);
      expect(findings[0]?.message).toContain("its link was detached");
      await mend(engine, findings);
      expect(found("attachments", pinDir)).toEqual([]);
    });
  });

  it("sees that a clsact filter was taken off, and that one was left behind", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(everywhere("tc-ingress"), { tc: "clsact" });
      sh(`ip netns exec ${netns} tc filter del dev dc0 ingress`);
      const findings = found("attachments", pinDir);
      expect(findings[0]).toMatchObject({ level: "problem", message: expect.stringContaining("taken off") });
      await engine.refresh({ tc: "clsact" });
      expect(found("attachments", pinDir)).toEqual([]);
      rmSync(pinDir, { recursive: true });
      const left = found("leftovers", pinDir);
      expect(left).toMatchObject([{ level: "warning", subject: `${netns}/dc0` }]);
      await mend(engine, left);
      expect(found("leftovers", pinDir)).toEqual([]);
      expect(sh(`ip netns exec ${netns} tc filter show dev dc0 ingress`)).toBe("");
    });
  });

  it("sees interfaces that went, were replaced, or came later", async () => {
    await withEngine(async (engine, pinDir) => {
      const attach = { "tc-egress": [`${netns}/dc*`] };
      await engine.apply(policySet("s", { attach, policies: [rule("p")] }));
      sh(`ip -n ${netns} link del dc0; ip -n ${netns} tuntap add dev dc0 mode tap`);
      const findings = found("attachments", pinDir);
      const told = findings.map((f) => [f.level, f.subject?.split("/")[1], f.message]);
      expect(told.sort()).toEqual([
        ["warning", "dc0 tc-egress", "the interface came after s was applied: policies do not act here yet"],
        ["warning", "dc0 tc-egress", "the interface is another interface of that name now"],
        ["warning", "dc1 tc-egress", "the interface is gone"],
      ]);
      await mend(engine, findings);
      expect(found("attachments", pinDir)).toEqual([]);
    });
  });

  it("reads the settings of Multipath TCP in a namespace", () => {
    const pinDir = newPinDir();
    const subject = `namespace ${netns}`;
    sh(`ip netns exec ${netns} sysctl -qw net.mptcp.enabled=0`);
    const off = found("mptcp", pinDir).filter((f) => f.subject === subject);
    expect(off).toMatchObject([{ level: "warning", message: "Multipath TCP is switched off" }]);
    sh(off[0]?.fix ?? "");
    sh(`ip -n ${netns} mptcp limits set subflows 0`);
    const none = found("mptcp", pinDir).filter((f) => f.subject === subject);
    expect(none).toMatchObject([{ level: "note", message: expect.stringContaining("no second subflow") }]);
    sh(none[0]?.fix ?? "");
    sh(
      `ip -n ${netns} addr add 10.9.0.1/24 dev dc0; ip -n ${netns} mptcp endpoint add 10.9.0.1 dev dc0 subflow backup`,
    );
    const all = inspectMachine({ pinDir, modules, namespaces: [netns] });
    const lines = all.filter((f) => f.subject === subject).map((f) => `${f.level} ${f.message}`);
    expect(lines).toEqual([
      expect.stringMatching(/^ok on, path manager kernel, scheduler default/),
      "ok limits: 2 further subflows, 2 announced addresses accepted; endpoints: 10.9.0.1 subflow backup",
    ]);
  });

  it("names offloads that change what programs see", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(everywhere("tc-egress"));
      const findings = found("offloads", pinDir);
      expect(findings).toMatchObject([{ level: "note", message: expect.stringContaining("GSO") }]);
      await mend(engine, findings);
      expect(found("offloads", pinDir)).toEqual([]);
    });
  });

  it("sees bypass, and a change that was interrupted", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(everywhere("tc-egress"));
      await engine.bypass(true);
      const on = found("engine", pinDir);
      expect(on).toMatchObject([{ level: "warning", message: expect.stringContaining("bypass is on") }]);
      await mend(engine, on);
      expect(found("engine", pinDir)).toEqual([]);
      await runChild({
        pinDir,
        apply: everywhere("tc-egress", { policies: [rule("other")] }),
        kill: "switch",
      });
      const left = found("leftovers", pinDir);
      expect(left).toMatchObject([{ level: "warning", message: expect.stringContaining("interrupted") }]);
      await mend(engine, left);
      expect(found("leftovers", pinDir)).toEqual([]);
    });
  });

  it("sees a trace that was left on", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(everywhere("tc-egress"));
      const tracer = startChild({ pinDir, trace: {} });
      await expect.poll(() => engine.current().instrument.trace, { timeout: 20_000 }).toBe(true);
      expect(found("engine", pinDir)).toEqual([]);
      tracer.process.kill("SIGKILL");
      await tracer.done;
      const findings = found("engine", pinDir);
      expect(findings).toMatchObject([{ level: "warning", message: expect.stringContaining("left on") }]);
      await mend(engine, findings);
      expect(found("engine", pinDir)).toEqual([]);
      expect(engine.current().instrument.trace).toBe(false);
    });
  });

  it("sees a generation that nobody rolls back any more", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(everywhere("tc-egress"), { confirm: 60 });
      expect(found("engine", pinDir)).toMatchObject([
        { level: "note", message: expect.stringContaining("goes again") },
      ]);
      process.kill(engine.confirmation()?.watchdog ?? 0, "SIGKILL");
      await expect.poll(() => engine.confirmation()?.watched).toBe(false);
      const findings = found("engine", pinDir);
      expect(findings).toMatchObject([{ level: "problem", message: expect.stringContaining("watchdog") }]);
      await mend(engine, findings);
      expect(found("engine", pinDir)).toEqual([]);
    });
  });

  it("sees modules that are not on disk what runs", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(everywhere("tc-egress"));
      expect(found("modules", pinDir)).toEqual([]);
      const changed = modules
        .list()
        .map((m) =>
          m.manifest.module === "pass"
            ? { ...m, manifest: { ...m.manifest, version: "9.9.9", objects: {} } }
            : m,
        );
      expect(found("modules", pinDir, { modules: ModuleCatalog.of(changed) })).toMatchObject([
        { level: "note", subject: "pass", message: expect.stringContaining("is 9.9.9 on disk") },
      ]);
      expect(found("modules", pinDir, { modules: ModuleCatalog.of([]) })).toMatchObject([
        {
          level: "note",
          message: expect.stringContaining("not found from here"),
          fix: "npm install @emptcp/actor-pass",
        },
      ]);
    });
  });

  it("names other engines and pins beside its own", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(everywhere("tc-egress"));
      const others = inspectMachine({ pinDir: newPinDir(), modules }).filter((f) => f.subject === pinDir);
      expect(others).toMatchObject([{ check: "leftovers", fix: `emptcp detach --pin-dir ${pinDir}` }]);
    });
  });

  it("says what the driver says, and the attachment agrees", async () => {
    await withEngine(async (engine, pinDir) => {
      sh(`ip -n ${netns} link add dcb type bridge`);
      await engine.apply(
        policySet("s", { attach: { xdp: [`${netns}/dc0`, `${netns}/dcb`] }, policies: [rule("p")] }),
      );
      const all = inspectMachine({ pinDir, modules }).filter((f) => f.check === "interfaces");
      for (const { name, attached } of engine.current().ports) {
        const told = all.find((f) => f.subject === `${netns}/${name}`)?.message ?? "";
        expect(told, name).toContain(attached === "xdp-native" ? "XDP native" : "XDP generic only");
      }
    });
  });
});

describe("doctor on the command line", () => {
  const bin = [
    "--conditions=@emptcp/source",
    "--import",
    import.meta.resolve("tsx"),
    join(REPOSITORY, "packages/cli/src/bin.ts"),
  ];
  const doctor = (before: readonly string[], ...args: string[]) => {
    const [program = process.execPath, ...words] = [...before, process.execPath, ...bin, "doctor", ...args];
    return spawnSync(program, words, { cwd: core, encoding: "utf8" });
  };

  it("finds that bpffs is missing, and ends with 1", () => {
    const hidden = ["unshare", "-m", "bash", "-c", 'umount -R /sys/fs/bpf && exec "$@"', "bash"];
    const { status, stdout } = doctor(hidden, "--json");
    const { findings } = JSON.parse(stdout) as { findings: CheckedFinding[] };
    expect(status).toBe(1);
    expect(findings.filter((f) => f.level === "problem")).toMatchObject([
      { check: "bpffs", fix: "mount -t bpf bpf /sys/fs/bpf" },
    ]);
    expect(doctor(hidden).stdout).toContain("mount -t bpf bpf /sys/fs/bpf\n");
  });

  it("works without privileges, and says what it could not look at", () => {
    const { status, stdout, stderr } = doctor([
      "setpriv",
      "--reuid=65534",
      "--regid=65534",
      "--clear-groups",
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/capabilities\n {2}warning {2}this process lacks .*CAP_BPF/);
    expect(stdout).toContain("sudo emptcp doctor");
    expect(stdout).toContain("mptcp\n  ok       on, path manager");
  });

  it("is short, and tells with --verbose how things are known", () => {
    const brief = doctor([]).stdout.split("\n").length;
    const { stdout } = doctor([], "--verbose");
    expect(stdout).toContain("[the driver says so (netdev)]");
    expect(stdout.split("\n").length).toBeGreaterThanOrEqual(brief);
  });
});
