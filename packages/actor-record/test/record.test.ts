import { describe, expect, it } from "vitest";
import { openChain, opt, tcp, testActor, type OpenChain, type Packet } from "@emptcp/testing";
import { record } from "../src/index.js";

testActor(record, { sample: {} });

/** Offsets in struct record and struct emptcp_flow. */
const AT = {
  packets: 0,
  bytes: 8,
  payload: 16,
  rttLast: 48,
  rttMin: 56,
  samples: 72,
  syns: 80,
  ends: 84,
  sport: 32,
};
const there = { src: "10.0.0.1", dst: "10.0.0.2" };
const back = { src: there.dst, dst: there.src };
const stamps = (value: number, echo: number) => [opt.nop, opt.nop, opt.timestamps(value, echo)];

/** The records by source port. */
function records(chain: OpenChain): Map<number, Buffer> {
  using map = chain.engine.moduleMap("record", "record_flows");
  return new Map([...map.entries()].map(([key, value]) => [key.readUInt16BE(AT.sport), value]));
}

describe.each(record.definition.hooks)("record on %s", (hook) => {
  const observe = async (packets: readonly Packet[]): Promise<Map<number, Buffer>> => {
    const chain = await openChain(hook, [record()]);
    try {
      for (const packet of packets) expect(chain.run(packet).packet).toEqualPacket(packet);
      return records(chain);
    } finally {
      await chain.close();
    }
  };
  const data = (value: number) =>
    tcp({ ip: there, sport: 1000, dport: 2000, flags: ["ack"], payload: "data", options: stamps(value, 1) });
  const ack = (echo: number) =>
    tcp({ ip: back, sport: 2000, dport: 1000, flags: ["ack"], options: stamps(7, echo) });

  it("counts packets, bytes without Ethernet padding, payload, SYNs and ends of each direction", async () => {
    const syn = tcp({ ip: there, sport: 1000, dport: 2000, flags: ["syn"] });
    const fin = tcp({ ip: back, sport: 2000, dport: 1000, flags: ["fin", "ack"] }).pad(60);
    const found = await observe([syn, data(100), data(101), fin]);
    const [one, other] = [found.get(1000), found.get(2000)];
    expect(one?.readBigUInt64LE(AT.packets)).toBe(3n);
    expect(one?.readBigUInt64LE(AT.bytes)).toBe(40n + 2n * 56n);
    expect(one?.readBigUInt64LE(AT.payload)).toBe(8n);
    expect(one?.readUInt32LE(AT.syns)).toBe(1);
    expect(other?.readBigUInt64LE(AT.bytes)).toBe(40n);
    expect(other?.readUInt32LE(AT.ends)).toBe(1);
  });

  it("takes a round-trip time when a timestamp is echoed, once", async () => {
    const one = (await observe([data(100), data(101), ack(100), ack(100)])).get(1000);
    expect(one?.readUInt32LE(AT.samples)).toBe(1);
    const rtt = one?.readBigUInt64LE(AT.rttLast) ?? 0n;
    expect(rtt).toBeGreaterThan(0n);
    expect(rtt).toBeLessThan(5_000_000_000n);
    expect(one?.readBigUInt64LE(AT.rttMin)).toBe(rtt);
  });

  it.each([
    [99, 0],
    [105, 0],
  ])("takes none from the echo %i", async (echo, samples) => {
    const one = (await observe([data(100), ack(echo)])).get(1000);
    expect(one?.readUInt32LE(AT.samples)).toBe(samples);
  });

  it("goes on after an echo that skipped the timestamp", async () => {
    const one = (await observe([data(100), ack(105), data(110), ack(110)])).get(1000);
    expect(one?.readUInt32LE(AT.samples)).toBe(1);
  });
});
