import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { HOOKS, policySet, type PolicySetOptions } from "@emptcp/core";
import { BpfMap, BpfProgram } from "@emptcp/core/libbpf";
import { tcp } from "@emptcp/testing";
import { pinsOf, rule, step, testSet, withEngine } from "./support.js";
import { begin, traced } from "./tracing.js";

const setWindow = (window: number) => step("set-window", { window, onlyLower: false });

describe("programs without instruments", () => {
  it("have no instruction of them, whatever ran before", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(testSet("s", [rule("p", { chain: [setWindow(5), step("drop")] })], "tc-egress"));
      const code = (): string[] =>
        pinsOf(pinDir)
          .filter((p) => p.includes("/entry_") || p.includes("/steps_"))
          .flatMap((p) => {
            const path = join(pinDir, p);
            if (p.includes("/entry_")) {
              using entry = BpfProgram.fromPin(path);
              return [`${entry.info().name} ${xlated(entry.info().id)}`];
            }
            using steps = BpfMap.fromPin(path);
            return [...steps.entries()].map(([, id]) => xlated(id.readUInt32LE()));
          })
          .sort();
      const plain = code();
      const trace = await begin(engine);
      expect(code()).not.toEqual(plain);
      await trace.end();
      await engine.profile({ sample: 1 });
      expect(code()).not.toEqual(plain);
      await engine.profile(false);
      expect(code()).toEqual(plain);
      expect(plain.join()).not.toMatch(/ktime_get_ns|ringbuf|trace|profile|probe/);
    });
  });

  /** Instructions as the kernel runs them, without addresses. */
  function xlated(id: number): string {
    const text = execFileSync("bpftool", ["prog", "dump", "xlated", "id", `${id}`], { encoding: "utf8" });
    return text.replace(/(?:map|subprog)\[.*?\]\S*|0x[0-9a-f]{6,}|#-?\d+|id:\d+/g, "");
  }
});

const ip = (...args: string[]): string =>
  execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const namespaces: string[] = [];

describe("a trace of real interfaces", () => {
  let count = 0;
  afterEach(() => {
    for (const name of namespaces.splice(0)) ip("netns", "del", name);
  });

  /** A veth pair between two namespaces. */
  function pair(): [string, string] {
    const [a, b] = ["a", "b"].map((e) => `emptrace-${process.pid}-${++count}${e}`) as [string, string];
    for (const name of [a, b]) {
      ip("netns", "add", name);
      namespaces.push(name);
    }
    ip(
      "-n",
      a,
      "link",
      "add",
      "tv0",
      "mtu",
      "9000",
      "type",
      "veth",
      "peer",
      "name",
      "tv1",
      "mtu",
      "9000",
      "netns",
      b,
    );
    [a, b].forEach((name, i) => {
      ip("-n", name, "addr", "add", `10.78.0.${i + 1}/24`, "dev", `tv${i}`);
      ip("-n", name, "link", "set", `tv${i}`, "up");
    });
    return [a, b];
  }

  const attachments: [string, (name: string) => PolicySetOptions["attach"]][] = [
    ["xdp-native", (name) => ({ xdp: { interfaces: [name], mode: "native" } })],
    ["xdp-generic", (name) => ({ xdp: { interfaces: [name], mode: "generic" } })],
    ["tcx", (name) => ({ "tc-ingress": [name], "tc-egress": [name] })],
  ];

  it("knows packets that begin with their IP header", async () => {
    const [a] = pair();
    ip("-n", a, "tuntap", "add", "dev", "tv7", "mode", "tun");
    await withEngine(async (engine) => {
      const there = [`${a}/tv7`];
      for (const hook of HOOKS) {
        const attach =
          hook === "xdp" ? { xdp: { interfaces: there, mode: "generic" as const } } : { [hook]: there };
        await engine.apply(policySet("s", { attach, policies: [rule("p")] }));
        for (const src of ["10.9.0.1", "fd00::7"]) {
          const packet = tcp({ eth: false, ip: { src } }).bytes;
          const [hop] = await traced(engine, { a: { address: src } }, 1, () =>
            engine.testRun(hook, packet, "tv7"),
          );
          expect(hop).toMatchObject({ hook, port: { name: "tv7", netns: a, layer3: true } });
          expect(hop?.before).toEqual(Buffer.from(packet));
        }
      }
    });
  });

  it.each(attachments)(
    "tells port and namespace at %s, and the length of packets in fragments",
    async (_, attach) => {
      const [a, b] = pair();
      await withEngine(async (engine) => {
        const place = attach(`${b}/tv1`);
        await engine.apply(policySet("s", { attach: place, policies: [rule("p")] }));
        const hops = await traced(engine, { proto: "icmp", a: { address: "10.78.0.0/24" } }, 2, () =>
          execFileSync("ip", ["netns", "exec", a, "ping", "-q", "-c2", "-i0.05", "-s8000", "10.78.0.2"]),
        );
        const entries = hops.filter((h) => h.at === "entry");
        expect(entries.length).toBe(Object.keys(place).length * 2);
        for (const hop of entries) {
          expect(hop.port).toMatchObject({ name: "tv1", netns: b, layer3: false });
          expect(hop).toMatchObject({
            length: { before: 8042, after: 8042 },
            policy: { set: "s", name: "p" },
          });
          expect(hop.before.subarray(12, 14).toString("hex")).toBe("0800");
        }
      });
    },
  );
});
