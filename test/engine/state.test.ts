import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Hook } from "@emptcp/core";
import { BpfProgram } from "@emptcp/core/libbpf";
import { tcp } from "@emptcp/testing";
import { faults, hits, match, rule, step, testSet, withEngine } from "./support.js";

const packet = tcp({ dport: 443, window: 60000 }).bytes;
const CB = 48; // offset of cb[5] in struct __sk_buff

/** Runs a test port's root with a context of its own. */
function run(pinDir: string, data: Buffer, ctx: Buffer) {
  using root = BpfProgram.fromPin(join(pinDir, "ports", "0_root"));
  return root.testRun({ data, ctx, dataOutSize: data.length + 512 });
}

const chained = (hook: Hook) =>
  testSet(
    "s",
    [
      rule("p", {
        when: match("port", { dst: 443 }),
        chain: [step("set-window", { window: 1000, onlyLower: false })],
        continue: true,
      }),
      rule("q", { when: match("tcp"), chain: [step("pass"), step("pass")], priority: -1 }),
    ],
    hook,
  );

describe("chain state", () => {
  it("leaves no metadata before an XDP packet, and asks for none", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(chained("xdp"));
      // The original leaves words behind after an alternative that is followed by more selectors.
      const either = {
        kind: "any" as const,
        of: [match("port", { dst: 443 }), match("ip-pair", { src: "10.0.0.1" })],
      };
      const when = {
        kind: "all" as const,
        of: [either, match("tcp"), match("ip-pair", { dst: "10.0.0.0/8" })],
      };
      await engine.apply(testSet("t", [rule("r", { when, priority: 1, continue: true })], "xdp"));
      const ctx = Buffer.alloc(24);
      ctx.writeUInt32LE(packet.length, 4);
      const after = run(pinDir, packet, ctx);
      expect(after.retval).toBe(2);
      expect(after.data).toHaveLength(packet.length);
      const [data, end, meta] = [0, 4, 8].map((at) => after.ctx.readUInt32LE(at));
      expect({ data, end, meta }).toEqual({ data: 0, end: packet.length, meta: 0 });
      expect(hits(engine)).toEqual({ "s/p": 1, "s/q": 1, "t/r": 1 });
    });
  });

  it("is not fooled by metadata or skb->cb that somebody else has left", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(chained("xdp"));
      const framed = Buffer.concat([Buffer.alloc(32, 0xff), packet]);
      const ctx = Buffer.alloc(24);
      ctx.writeUInt32LE(32, 0);
      ctx.writeUInt32LE(framed.length, 4);
      const after = run(pinDir, framed, ctx);
      expect(after.retval).toBe(2);
      expect(after.data.subarray(0, 32), "metadata of others is kept").toEqual(framed.subarray(0, 32));
      expect(after.data.readUInt16BE(32 + 48)).toBe(1000);
      expect(hits(engine)).toEqual({ "s/p": 1, "s/q": 1 });
    });
    for (const hook of ["tc-ingress", "tc-egress"] as const) {
      await withEngine(async (engine, pinDir) => {
        await engine.apply(chained(hook));
        const ctx = Buffer.alloc(192);
        ctx.fill(0xff, CB, CB + 20);
        const after = run(pinDir, packet, ctx);
        expect(after.retval | 0).toBe(-1);
        expect(after.data.readUInt16BE(48)).toBe(1000);
        expect(hits(engine)).toEqual({ "s/p": 1, "s/q": 1 });
        expect(faults(engine)).toBe(0n);
      });
    }
  });

  it("of one packet does not reach the next one", async () => {
    for (const hook of ["xdp", "tc-ingress"] as const) {
      await withEngine(async (engine) => {
        await engine.apply(chained(hook));
        const other = tcp({ dport: 80, window: 60000 }).bytes;
        for (const bytes of [packet, Buffer.alloc(64, 0xff), other, packet.subarray(0, 40)])
          engine.testRun(hook as "xdp", bytes);
        expect(engine.testRun(hook as "xdp", other).data.readUInt16BE(48)).toBe(60000);
        expect(hits(engine)).toEqual({ "s/p": 1, "s/q": 3 });
        expect(faults(engine)).toBe(0n);
      });
    }
  });

  it("matches again after a chain as often as policies say, and no step mixes generations", async () => {
    await withEngine(async (engine) => {
      for (let i = 0; i < 6; i++) {
        await engine.apply(chained("tc-ingress"), { stamp: true, rebuild: i % 2 === 0 });
        engine.testRun("tc-ingress", packet);
      }
      expect(hits(engine)).toEqual({ "s/p": 6, "s/q": 6 });
      expect(engine.counters().mixedGenerations).toBe(0n);
      expect(faults(engine)).toBe(0n);
    });
  });
});
