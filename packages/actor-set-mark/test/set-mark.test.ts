import { describe, expect, it } from "vitest";
import { arp, fragments, runChain, tcp, testActor, udp } from "@emptcp/testing";
import { setMark } from "../src/index.js";

testActor(setMark, { sample: { dscp: "ef" }, touches: ["udp", "icmp", "other", "fragments", "malformed"] });

const EF = 46 << 2;
const v6 = { version: 6, src: "fd00::1", dst: "fd00::2" } as const;

describe.each(setMark.definition.hooks)("set-mark on %s", (hook) => {
  const run = async (params: Parameters<typeof setMark>[0], packet: ReturnType<typeof tcp>) =>
    (await runChain(hook, [setMark(params)], packet)).packet;

  it.each([0, 1, 2, 3])("sets the DSCP and leaves ECN %i", async (ecn) => {
    expect(await run({ dscp: "ef" }, tcp({ ip: { tos: 0x28 | ecn } }))).toEqualPacket(
      tcp({ ip: { tos: EF | ecn } }),
    );
    expect(await run({ dscp: "ef" }, tcp({ ip: { ...v6, trafficClass: 0x28 | ecn } }))).toEqualPacket(
      tcp({ ip: { ...v6, trafficClass: EF | ecn } }),
    );
  });

  it("clears the DSCP", async () => {
    expect(await run({ dscp: "cs0" }, tcp({ ip: { tos: 0xff } }))).toEqualPacket(tcp({ ip: { tos: 3 } }));
    const all = tcp({ ip: { ...v6, trafficClass: 0xff, flowLabel: 0xfffff } });
    expect(await run({ dscp: "cs0" }, all)).toEqualPacket(
      tcp({ ip: { ...v6, trafficClass: 3, flowLabel: 0xfffff } }),
    );
  });

  it("sets it behind VLAN tags, in UDP and in fragments", async () => {
    expect(await run({ dscp: "le" }, tcp({ vlan: [5, 6] }))).toEqualPacket(
      tcp({ vlan: [5, 6], ip: { tos: 4 } }),
    );
    const result = await runChain(hook, [setMark({ dscp: "le" })], udp({ ip: v6, payload: "odd" }));
    expect(result.packet).toEqualPacket(udp({ ip: { ...v6, trafficClass: 4 }, payload: "odd" }));
    const [first, second] = [0, 4].map(
      (tos) => fragments(tcp({ ip: { tos }, payload: "x".repeat(200) }), 64)[1]!,
    );
    const fragment = await runChain(hook, [setMark({ dscp: "le" })], first!);
    expect(fragment.packet).toEqualPacket(second!);
  });

  it("leaves everything by default, and ARP in any case", async () => {
    const before = tcp({ ip: { tos: 0x2b } });
    expect(await run({}, before)).toEqualPacket(before);
    const result = await runChain(hook, [setMark({ dscp: "ef" })], arp());
    expect(result.packet).toEqualPacket(arp());
  });
});

describe("set-mark on XDP", () => {
  it.each([{ mark: 7 }, { mask: 7 }, { priority: 0 }])(
    "refuses %j when policies are checked",
    async (params) => {
      await expect(runChain("xdp", [setMark(params)], tcp())).rejects.toThrow(/XDP frame has no mark/);
    },
  );
});
