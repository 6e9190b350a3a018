import { describe, expect, it } from "vitest";
import { arp, mptcp, runChain, tcp, testActor, udp, type Packet } from "@emptcp/testing";
import { redirect } from "../src/index.js";

const A = "02:00:00:00:00:0a";
const B = "02:00:00:00:00:0b";
const blind = { to: "lo", blind: true, destination: A } as const;

testActor(redirect, { sample: blind, touches: ["udp", "icmp", "other", "fragments", "malformed"] });

const v6 = { version: 6, src: "fd00::1", dst: "fd00::2" } as const;
const surroundings = [{}, { ip: v6 }, { vlan: [7] }, { vlan: [7, 8], ip: v6 }];

describe.each(redirect.definition.hooks)("redirect on %s", (hook) => {
  const run = (params: Parameters<typeof redirect>[0], packet: Packet) =>
    runChain(hook, [redirect(params)], packet);
  // A test run comes from lo; on tc-egress a packet that leaves there already needs no redirect.
  const elsewhere = hook === "tc-egress" ? 999_999 : "lo";

  it.each(surroundings)("sends to the address given, with the time to live it had: %j", async (around) => {
    const result = await run({ ...blind, to: elsewhere, source: B }, tcp(around));
    expect(result.verdict).toBe("redirect");
    expect(result.packet).toEqualPacket(tcp({ ...around, eth: { src: B, dst: A } }));
    const kept = await run({ ...blind, to: elsewhere }, udp({ ...around, eth: { src: B } }));
    expect(kept.packet).toEqualPacket(udp({ ...around, eth: { src: B, dst: A } }));
  });

  it.each([
    [{ ttl: 9 }, { ttl: 8 }],
    [
      { ...v6, hopLimit: 9 },
      { ...v6, hopLimit: 8 },
    ],
  ])("lowers the time to live when routed: %j", async (before, after) => {
    const params = { ...blind, to: elsewhere, routed: true };
    const result = await run(params, tcp({ ip: before }));
    expect(result.packet).toEqualPacket(tcp({ ip: after, eth: { dst: A } }));
    const last = tcp({ ip: "ttl" in before ? { ttl: 1 } : { ...v6, hopLimit: 1 } });
    const refused = await run(params, last);
    expect(refused).toMatchObject({ verdict: "pass", refusals: [{ reason: 68 }] });
    expect(refused.packet).toEqualPacket(last);
  });

  it.each([{}, { ip: v6 }])(
    "lets pass, unchanged, what has no route there, and says so: %j",
    async (around) => {
      for (const params of [
        { to: 999_999 },
        { to: 999_999, destination: A },
        { to: 999_999, via: "::ffff:10.0.0.9" },
      ]) {
        const before = tcp(around);
        const result = await run(params, before);
        expect(result).toMatchObject({ verdict: "pass", refusals: [{ reason: 64, packets: 1 }] });
        expect(result.packet).toEqualPacket(before);
      }
    },
  );

  it("lets a SYN with MP_CAPABLE pass where nobody knows that it arrives", async () => {
    const syn = tcp({ flags: ["syn"], options: [mptcp.capable()] });
    expect(await run({ to: 999_999, destination: A }, syn)).toMatchObject({
      verdict: "pass",
      refusals: [{ packets: 1 }],
    });
    expect(await run({ ...blind, to: elsewhere }, syn)).toMatchObject({ verdict: "redirect", refusals: [] });
  });

  it("leaves what is not IP", async () => {
    const result = await run({ ...blind, to: elsewhere }, arp());
    expect(result).toMatchObject({ verdict: "pass", refusals: [] });
    expect(result.packet).toEqualPacket(arp());
  });

  it("refuses blind without a destination, or with a next hop, before anything is applied", async () => {
    await expect(run({ to: "lo", blind: true }, tcp())).rejects.toThrow(/nobody knows the destination/);
    await expect(run({ ...blind, via: "10.0.0.1" }, tcp())).rejects.toThrow(/blind looks nothing up/);
  });
});
