import { describe, expect, it } from "vitest";
import { runChain, tcp, testActor, udp } from "@emptcp/testing";
import { setWindow } from "../src/index.js";

testActor(setWindow, { sample: { window: 1600 } });

describe.each(setWindow.definition.hooks)("set-window on %s", (hook) => {
  it("sets the window and keeps the checksum valid", async () => {
    const result = await runChain(
      hook,
      [setWindow({ window: 1600 })],
      tcp({ window: 65535, payload: "odd" }),
    );
    expect(result.verdict).toBe("pass");
    expect(result.packet).toEqualPacket(tcp({ window: 1600, payload: "odd" }));
  });

  it("raises the window only when told to", async () => {
    const before = tcp({ window: 100 });
    expect((await runChain(hook, [setWindow({ window: 1600 })], before)).packet).toEqualPacket(before);
    const raise = setWindow({ window: 1600, onlyLower: false });
    expect((await runChain(hook, [raise], before)).packet).toEqualPacket(tcp({ window: 1600 }));
  });

  it("can be repeated in a chain", async () => {
    const chain = [3000, 2000, 1000].map((window) => setWindow({ window }));
    const result = await runChain(hook, chain, tcp({ window: 65535 }));
    expect(result.packet).toEqualPacket(tcp({ window: 1000 }));
    expect(result.counters.steps).toEqual([1, 1, 1]);
  });

  it("leaves UDP untouched", async () => {
    const before = udp({ dport: 53 });
    expect((await runChain(hook, [setWindow({ window: 1 })], before)).packet).toEqualPacket(before);
  });
});
