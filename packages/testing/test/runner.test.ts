import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import "../src/matchers/index.js";
import { pass } from "@emptcp/actor-pass";
import { openBpfFiles } from "../src/contract/open-files.js";
import { probe } from "../src/probe.js";
import { tcp } from "../src/packet/index.js";
import { openChain, runChain } from "../src/run/index.js";

const pins = (): string[] =>
  readdirSync("/sys/fs/bpf").filter((name) => name.startsWith(`emptcp-test-${process.pid}-`));

describe.each(["xdp", "tc-ingress", "tc-egress"] as const)("a chain on %s", (hook) => {
  it("passes, drops, and hands on", async () => {
    const packet = tcp({ payload: "abc" });
    const passed = await runChain(hook, [pass()], packet);
    expect(passed).toMatchObject({ verdict: "pass", metadata: 0, refusals: [] });
    expect(passed.counters).toEqual({ matched: 1, steps: [1], missed: 0, failed: 0 });
    expect(passed.packet).toEqualPacket(packet);
    const dropped = await runChain(hook, [pass(), probe()], packet, { repeat: 3 });
    expect(dropped.verdict).toBe("drop");
    expect(dropped.counters).toEqual({ matched: 1, steps: [1, 1], missed: 0, failed: 0 });
  });

  it("may be empty, and may match nothing", async () => {
    const empty = await runChain(hook, [], tcp());
    expect([empty.verdict, empty.counters.matched]).toEqual(["pass", 1]);
    const never = await runChain(hook, [probe()], tcp(), {
      when: { kind: "not", of: { kind: "all", of: [] } },
    }).catch((error: unknown) => error);
    expect(never).toMatchObject({ code: expect.stringContaining("ERR_EMPTCP") as string });
  });

  it("leaves nothing behind, even when it cannot be loaded", async () => {
    const before = openBpfFiles();
    const wrong = { ...probe(), params: { mpCapable: "maybe" } };
    await expect(openChain(hook, [wrong])).rejects.toThrow("mpCapable");
    const chain = await openChain(hook, [probe()]);
    expect(pins()).toHaveLength(1);
    await chain.close();
    expect(pins()).toEqual([]);
    expect(openBpfFiles()).toEqual(before);
    expect(() => chain.run(tcp())).toThrow("the chain is closed");
  });

  it("refuses packets that the kernel's test run cannot take", async () => {
    const chain = await openChain(hook, [probe()]);
    try {
      expect(() => chain.run(tcp().truncate(13))).toThrow("takes 14 or more");
      expect(() => chain.run(tcp({ eth: false }))).toThrow("no Ethernet header");
    } finally {
      await chain.close();
    }
  });
});

it("removes what a killed test process left", async () => {
  const { pid } = spawnSync("true");
  const left = `/sys/fs/bpf/emptcp-test-${pid}-0123abcd`;
  mkdirSync(`${left}/maps`, { recursive: true });
  await runChain("xdp", [], tcp());
  expect(existsSync(left)).toBe(false);
});
