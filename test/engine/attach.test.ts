import { execFileSync, spawnSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { policySet, type Engine, type PolicySet, type PolicySetOptions } from "@emptcp/core";
import type { BpfProgram } from "@emptcp/core/libbpf";
import {
  BpfLink,
  BpfObject,
  interfaceIndex,
  queryClsact,
  queryXdp,
  tcxQuery,
  withNetns,
  xdpAttach,
} from "@emptcp/core/libbpf";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  codeOf,
  expectGone,
  faults,
  footprint,
  hits,
  REPOSITORY,
  rule,
  runChild,
  until,
  withEngine,
} from "./support.js";

const ip = (...args: string[]): string =>
  execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
let count = 0;
const namespaces: string[] = [];

/** Two namespaces with a veth pair between them: `a` has 10.77.0.1 on ev0, `b` has 10.77.0.2 on ev1. */
function pair(): { a: string; b: string } {
  const [a, b] = ["a", "b"].map((end) => `emptest-${process.pid}-${++count}${end}`) as [string, string];
  for (const name of [a, b]) {
    ip("netns", "add", name);
    namespaces.push(name);
  }
  ip("-n", a, "link", "add", "ev0", "type", "veth", "peer", "name", "ev1", "netns", b);
  for (const [name, dev, address] of [
    [a, "ev0", "10.77.0.1/24"],
    [b, "ev1", "10.77.0.2/24"],
  ] as const) {
    ip("-n", name, "addr", "add", address, "dev", dev);
    ip("-n", name, "link", "set", dev, "up");
    ip("-n", name, "link", "set", "lo", "up");
  }
  return { a, b };
}

/** Sends three echo requests from `a`; how many were answered. */
function ping(a: string): number {
  try {
    const text = execFileSync("ip", ["netns", "exec", a, "ping", "-q", "-c3", "-i0.05", "-W1", "10.77.0.2"], {
      encoding: "utf8",
    });
    return Number(/(\d+) received/.exec(text)?.[1]);
  } catch (error) {
    return Number(/(\d+) received/.exec((error as { stdout: string }).stdout)?.[1] ?? 0);
  }
}

const set = (name: string, attach: PolicySetOptions["attach"], more: object = {}): PolicySet =>
  policySet(name, { attach, policies: [rule("p", more)] });
const ports = (engine: Engine) =>
  engine
    .current()
    .ports.map((p) => `${p.hook} ${p.name} ${p.attached}`)
    .sort();

/** A program of core's that is none of the engine's. */
function foreign(hook: "xdp" | "tc-ingress"): BpfProgram {
  const bytes = readFileSync(join(REPOSITORY, "packages/core/dist/bpf", `pass.${hook}.bpf.o`));
  using object = BpfObject.open(bytes, { name: "foreign" });
  object.program("pass").setExpectedAttachType(hook === "xdp" ? 37 : 0);
  object.load();
  return object.program("pass").program();
}

describe("interfaces", () => {
  afterEach(() => {
    for (const name of namespaces.splice(0)) ip("netns", "del", name);
  });

  it.each([
    ["xdp", "native", "xdp-native"],
    ["xdp", "generic", "xdp-generic"],
    ["xdp", "auto", "xdp-native"],
    ["tc-ingress", "", "tcx"],
    ["tc-egress", "", "tcx"],
    ["tc-ingress", "clsact", "clsact"],
    ["tc-egress", "clsact", "clsact"],
  ])("%s %s carries packets through a policy, and nothing is left", async (hook, mode, attached) => {
    const { a, b } = pair();
    await withEngine(async (engine, pinDir) => {
      const name = `${b}/ev1`;
      const attach = hook === "xdp" ? { xdp: { interfaces: [name], mode } } : { [hook]: [name] };
      const options = mode === "clsact" ? { tc: "clsact" as const } : {};
      await engine.apply(set("s", attach as PolicySetOptions["attach"]), options);
      expect(ports(engine)).toEqual([`${hook} ev1 ${attached}`]);
      expect(ping(a)).toBe(3);
      expect(hits(engine)["s/p"]).toBeGreaterThanOrEqual(3);
      await engine.apply(
        set("s", attach as PolicySetOptions["attach"], {
          when: { kind: "match", module: "ip-pair", params: { between: ["10.77.0.1", "10.77.0.2"] } },
          chain: [{ kind: "step", module: "drop", params: {} }],
        }),
        options,
      );
      expect(ping(a)).toBe(0);
      expect(faults(engine)).toBe(0n);
      const before = footprint(pinDir);
      await engine.detach();
      expect(ping(a)).toBe(3);
      await expectGone(before);
    });
  });

  it("refuse another XDP mode while they run, and say the way out", async () => {
    const { b } = pair();
    await withEngine(async (engine) => {
      const attach = (mode: "native" | "generic") => ({ xdp: { interfaces: [`${b}/ev1`], mode } });
      await engine.apply(set("s", attach("native")));
      expect(await codeOf(() => engine.apply(set("s", attach("generic"))))).toBe("ERR_EMPTCP_ATTACH");
      expect(ports(engine)).toEqual(["xdp ev1 xdp-native"]);
      expect((await engine.apply(set("s", attach("native")))).unchanged).toBe(true);
      await engine.delete("s");
      expect((await engine.apply(set("s", attach("generic")))).unchanged).toBe(false);
      expect(ports(engine)).toEqual(["xdp ev1 xdp-generic"]);
    });
  });

  it("a crash while a clsact filter is attached leaves none", async () => {
    const { a, b } = pair();
    await withEngine(async (engine, pinDir) => {
      const name = `${b}/ev1`;
      await runChild({
        pinDir,
        apply: set("s", { "tc-ingress": [name] }),
        options: { tc: "clsact" },
        kill: "manifest",
      });
      const index = interfaceIndex("ev1", b) ?? 0;
      const filter = () => withNetns(b, () => queryClsact(index, "ingress"));
      expect(filter()).toBeDefined();
      expect(ping(a)).toBe(3);
      await engine.apply(policySet("t", { attach: { "tc-ingress": ["@test"] }, policies: [rule("p")] }));
      expect(filter()).toBeUndefined();
    });
  });

  it("match names, patterns and namespaces; those that come later join, those that go leave", async () => {
    const { a, b } = pair();
    await withEngine(async (engine) => {
      await engine.apply(set("s", { "tc-ingress": [`${b}/ev*`, `${a}/ev0`], "tc-egress": [`${b}/*`] }));
      expect(ports(engine)).toEqual(["tc-egress ev1 tcx", "tc-ingress ev0 tcx", "tc-ingress ev1 tcx"]);
      ip("-n", b, "tuntap", "add", "dev", "ev7", "mode", "tap");
      await engine.refresh();
      expect(ports(engine)).toEqual([
        "tc-egress ev1 tcx",
        "tc-egress ev7 tcx",
        "tc-ingress ev0 tcx",
        "tc-ingress ev1 tcx",
        "tc-ingress ev7 tcx",
      ]);
      expect(ping(a)).toBe(3);
      ip("-n", b, "link", "del", "ev7");
      await engine.refresh();
      expect(ports(engine)).toHaveLength(3);
      ip("-n", a, "link", "del", "ev0");
      await engine.refresh();
      expect(ports(engine)).toEqual([]);
      ip("-n", a, "link", "add", "ev0", "type", "veth", "peer", "name", "ev1", "netns", b);
      const stop = engine.watch({ interval: 20 });
      try {
        await until("interfaces to join again", () => ports(engine).length === 3);
      } finally {
        stop();
      }
      ip("netns", "del", b);
      namespaces.splice(namespaces.indexOf(b), 1);
      await engine.refresh();
      expect(ports(engine)).toEqual([]);
    });
  });

  it("with a foreign XDP program are refused by its name, and taken over when told so", async () => {
    const { b } = pair();
    const index = interfaceIndex("ev1", b) ?? 0;
    const attach = { xdp: [`${b}/ev1`] };
    using program = foreign("xdp");
    await withEngine(async (engine, pinDir) => {
      withNetns(b, () => xdpAttach(program, index, "generic"));
      const error = await engine.apply(set("s", attach)).catch((e: Error) => e);
      expect(error).toMatchObject({ code: "ERR_EMPTCP_FOREIGN_PROGRAM" });
      expect((error as Error).message).toContain('"pass"');
      expect(withNetns(b, () => queryXdp(index))?.id).toBe(program.info().id);
      await engine.apply(set("s", attach), { force: true });
      expect(ports(engine)).toHaveLength(1);
      await engine.delete("s");
      expect(withNetns(b, () => queryXdp(index))).toBeUndefined();
      {
        using link = withNetns(b, () => BpfLink.createXdp(program, index, "native"));
        for (const force of [false, true]) {
          expect(await codeOf(() => engine.apply(set("s", attach), { force }))).toBe(
            "ERR_EMPTCP_FOREIGN_PROGRAM",
          );
        }
        expect(link.info().ifindex).toBe(index);
      }
      await engine.apply(set("s", attach));
      expect(footprint(pinDir).links).toHaveLength(1);
    });
  });

  it("keep the tcx programs of others", async () => {
    const { a, b } = pair();
    const index = interfaceIndex("ev1", b) ?? 0;
    using program = foreign("tc-ingress");
    using link = withNetns(b, () => BpfLink.createTcx(program, index, "ingress"));
    const list = () => withNetns(b, () => tcxQuery(index, "ingress")).programs.map((p) => p.linkId);
    await withEngine(async (engine) => {
      await engine.apply(set("s", { "tc-ingress": [`${b}/ev1`] }));
      expect(list()).toHaveLength(2);
      expect(ping(a)).toBe(3);
      expect(hits(engine)["s/p"]).toBeGreaterThanOrEqual(3);
      await engine.delete("s");
      expect(list()).toEqual([link.info().id]);
    });
  });

  it.each([
    ["xdp", { xdp: { interfaces: ["et0"], mode: "generic" } }],
    ["tc-ingress", { "tc-ingress": ["et0"] }],
    ["tc-egress", { "tc-egress": ["et0"] }],
  ])("without Ethernet header (TUN) work on %s", async (hook, attach) => {
    const { a } = pair();
    const name = Object.values(attach)[0] as string[] | { interfaces: string[] };
    const there = (Array.isArray(name) ? name : name.interfaces).map((n) => `${a}/${n}`);
    ip("-n", a, "tuntap", "add", "dev", "et0", "mode", "tun");
    ip("-n", a, "addr", "add", "10.78.0.1/24", "dev", "et0");
    ip("-n", a, "link", "set", "et0", "up");
    await withEngine(async (engine) => {
      const full = hook === "xdp" ? { xdp: { interfaces: there, mode: "generic" } } : { [hook]: there };
      await engine.apply(set("s", full as PolicySetOptions["attach"]));
      expect(engine.current().ports[0]?.layer3).toBe(true);
      expect(engine.current().groups[0]?.layer3).toBe(true);
      if (hook !== "tc-egress") return;
      const when = { kind: "match", module: "ip-pair", params: { src: "10.78.0.1", dst: "10.78.0.2" } };
      await engine.apply(set("s", full as PolicySetOptions["attach"], { when }));
      spawnSync("ip", ["netns", "exec", a, "ping", "-q", "-c2", "-i0.05", "-W0.1", "10.78.0.2"]);
      expect(hits(engine)["s/p"]).toBe(2);
    });
  });
});
