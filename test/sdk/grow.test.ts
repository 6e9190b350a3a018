import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "@emptcp/core/build";
import {
  fragments,
  mptcp,
  openChain,
  opt,
  runChain,
  tcp,
  type Packet,
  type TcpFields,
  type TcpOption,
} from "@emptcp/testing";
import { grow } from "./fixtures/grow/src/index.js";

const ts = [opt.nop, opt.nop, opt.timestamps(1000, 2000)];
const added = opt.bytes([254, 4, 0xab, 0xcd]);
const segment = (options: TcpOption[], payload: string, more: Partial<TcpFields> = {}): Packet<TcpFields> =>
  tcp({ flags: ["psh", "ack"], options, payload, ...more });

const links: [string, Partial<TcpFields>][] = [
  ["IPv4", {}],
  ["IPv6", { ip: { src: "fd00::1", dst: "fd00::2" } }],
];
const payloads = ["", "x", "odd", "a payload of some length, even"];

/** Numbers of enum emptcp_refused. */
const REFUSED = { noRoom: 1, gso: 2, partial: 3, fragment: 10 };

beforeAll(() => buildPackage(join(import.meta.dirname, "fixtures/grow")), 60_000);

describe.each(["xdp", "tc-ingress", "tc-egress"] as const)("changes of length on %s", (hook) => {
  const run = (work: Parameters<typeof grow>[0]["work"], packet: Packet, times = 1) =>
    runChain(
      hook,
      Array.from({ length: times }, () => grow({ work })),
      packet,
    );

  describe.each(links)("%s", (_, more) => {
    it.each(payloads)("inserts an option before payload %j", async (payload) => {
      const { packet } = await run("insert", segment(ts, payload, more));
      expect(packet).toEqualPacket(segment([...ts, added], payload, more));
    });

    it.each(payloads)("inserts one after the other before %j", async (payload) => {
      const { packet } = await run("insert", segment([], payload, more), 3);
      expect(packet).toEqualPacket(segment([added, added, added], payload, more));
    });

    it("takes an option out of a packet without payload", async () => {
      const { packet } = await run("remove", segment([...ts, added], "", more));
      const expected = segment(ts, "", more).bytes;
      expect(packet.subarray(0, expected.length)).toEqual(expected);
    });
  });

  it("keeps a finished checksum that looks partial by chance", async () => {
    const checksum = (packet: Packet): number => packet.bytes.readUInt16BE(14 + 20 + 16);
    const pseudo = checksum(segment([], "", { ack: 0, checksum: "partial" }));
    const ack = (checksum(segment([], "", { ack: 0 })) - pseudo + 65535) % 65535;
    const packet = segment([], "", { ack });
    expect(checksum(packet)).toBe(pseudo);
    expect((await run("insert", packet)).packet).toEqualPacket(segment([added], "", { ack }));
  });

  it("finds its way behind VLAN tags, or refuses", async () => {
    const tagged = { vlan: [5, 6] };
    const bare = await run("insert", segment(ts, "", tagged));
    expect(bare.packet).toEqualPacket(segment([...ts, added], "", tagged));
    const before = segment(ts, "data", tagged);
    const result = await run("insert", before);
    // On TC the kernel inserts behind an IP header only when no tag is in the data.
    const grown = hook === "xdp";
    expect(result.packet).toEqualPacket(grown ? segment([...ts, added], "data", tagged) : before);
    expect(result.refusals).toMatchObject(grown ? [] : [{ reason: REFUSED.noRoom, packets: 1 }]);
  });

  it("keeps IPv4 options", async () => {
    const more = { ip: { options: [7, 7, 4, 0, 0, 0, 0, 0] } } as Partial<TcpFields>;
    const { packet } = await run("insert", segment(ts, "data", more));
    expect(packet).toEqualPacket(segment([...ts, added], "data", more));
  });

  it("refuses a 44th byte", async () => {
    const full = segment(
      Array.from({ length: 10 }, () => added),
      "data",
    );
    const result = await run("insert", full);
    expect(result.packet).toEqualPacket(full);
    expect(result.refusals).toMatchObject([{ reason: REFUSED.noRoom, packets: 1 }]);
  });

  it("refuses fragments", async () => {
    const [first] = fragments(segment(ts, "x".repeat(2000)), 1000);
    if (!first) throw new Error("no fragment");
    const result = await run("insert", first);
    expect(result.packet).toEqual(first.bytes);
    expect(result.refusals).toMatchObject([{ reason: REFUSED.fragment, packets: 1 }]);
  });

  it("counts failed steps, and matches again twice at most", async () => {
    expect((await run("fail", segment(ts, "x"))).counters.failed).toBe(1);
    const again = await run("again", segment(ts, "x"));
    expect(again.verdict).toBe("pass");
    expect(again.counters.steps).toEqual([3]);
  });

  it("finds text in the payload, and not behind its end", async () => {
    expect((await run("match", segment(ts, "1234GET /"))).verdict).toBe("drop");
    expect((await run("match", segment(ts, "1234GE"))).verdict).toBe("pass");
    expect((await run("match", segment(ts, "GET /1234"))).verdict).toBe("pass");
  });

  it("hands a field to the next step", async () => {
    expect((await run("field", segment(ts, "x"), 1)).verdict).toBe("pass");
    expect((await run("field", segment(ts, "x"), 2)).verdict).toBe("drop");
  });

  it("writes an event", async () => {
    expect((await run("event", segment(ts, "x"))).counters).toMatchObject({ steps: [1], failed: 0 });
  });
});

describe("partial checksums", () => {
  const partial = { checksum: "partial" } as const;

  it.each(links)("on XDP, a packet without payload grows and stays partial: %s", async (_, more) => {
    const { packet } = await runChain(
      "xdp",
      [grow({ work: "insert" })],
      segment(ts, "", { ...more, ...partial }),
    );
    expect(packet).toEqualPacket(segment([...ts, added], "", { ...more, ...partial }));
  });

  it.each(links)("on XDP, one with payload is refused: %s", async (_, more) => {
    const before = segment(ts, "payload", { ...more, ...partial });
    const result = await runChain("xdp", [grow({ work: "insert" })], before);
    expect(result.packet).toEqualPacket(before);
    expect(result.refusals).toMatchObject([{ reason: REFUSED.partial, packets: 1 }]);
  });

  it("on TC, a GSO packet is refused", async () => {
    const before = segment([...ts, mptcp.dss({ ack: 1, ackSize: 4 })], "x".repeat(3000), partial);
    const chain = await openChain("tc-egress", [grow({ work: "insert" })]);
    try {
      const result = chain.run(before, { gsoSize: 1400 });
      expect(result.packet).toEqualPacket(before);
      expect(result.refusals).toMatchObject([{ reason: REFUSED.gso, packets: 1 }]);
    } finally {
      await chain.close();
    }
  });
});
