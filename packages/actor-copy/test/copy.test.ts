import { describe, expect, it } from "vitest";
import { icmp, mptcp, openChain, readEvents, tcp, testActor, type Packet } from "@emptcp/testing";
import { copy } from "../src/index.js";

testActor(copy, { sample: { what: "packet" } });

const around = [{}, { ip: { version: 6, src: "fd00::1", dst: "fd00::2" } as const }, { vlan: [7] }];
const fields = { options: [mptcp.dss({ ack: 1, ackSize: 4 })] };

describe.each(copy.definition.hooks)("copy on %s", (hook) => {
  const told = async (params: Parameters<typeof copy>[0], packet: Packet) => {
    const chain = await openChain(hook, [copy(params)]);
    try {
      const result = chain.run(packet);
      expect(result.packet).toEqualPacket(packet);
      const events = await readEvents(chain);
      return events.map(
        ({ data }) => data as Record<string, number> & { bytes: Iterable<number>; packet: bigint },
      );
    } finally {
      await chain.close();
    }
  };

  it.each(around)("copies whole packets, in parts: %j", async (surroundings) => {
    const packet = tcp({ ...surroundings, ...fields, payload: new Uint8Array(1400).map((_, i) => i) });
    const parts = await told({ what: "packet" }, packet);
    const bytes = Buffer.concat(parts.map((part) => Buffer.from([...part.bytes]).subarray(0, part["size"])));
    expect(bytes).toEqualPacket(packet);
    expect(parts.map((part) => part["offset"])).toEqual([0, 960]);
    expect(new Set(parts.map((part) => part.packet)).size).toBe(1);
    for (const part of parts)
      expect(part).toMatchObject({ length: packet.length, captured: packet.length, layer3: 0 });
  });

  it.each(around)("copies headers with their options: %j", async (surroundings) => {
    const packet = tcp({ ...surroundings, ...fields, payload: "secret, secret" });
    const [part, ...more] = await told({}, packet);
    expect(more).toEqual([]);
    expect(part).toMatchObject({
      length: packet.length,
      captured: packet.length - 14,
      size: packet.length - 14,
    });
    const bytes = Buffer.from([...part!.bytes]);
    expect(bytes.subarray(0, part!["size"])).toEqual(Buffer.from(packet.bytes).subarray(0, -14));
    expect(bytes.subarray(part!["size"])).toEqual(Buffer.alloc(960 - part!["size"]!));
  });

  it("copies the beginning of what has no ports, and short packets whole", async () => {
    const [long] = await told({}, icmp({ payload: new Uint8Array(300) }));
    expect(long).toMatchObject({ captured: 128, size: 128, length: 342 });
    const [short] = await told({}, icmp({ payload: "x" }));
    expect(short).toMatchObject({ captured: 43, length: 43 });
  });
});
