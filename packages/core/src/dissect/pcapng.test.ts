import { expect, it } from "vitest";
import { PcapngWriter } from "./index.js";

function written(use: (writer: PcapngWriter) => void): Buffer[] {
  const blocks: Buffer[] = [];
  use(new PcapngWriter((block) => blocks.push(Buffer.from(block)), "emptcp 1"));
  return blocks;
}

const hex = (text: string): string => text.replace(/\s/g, "");

it("writes blocks as the specification lays them out", () => {
  const blocks = written((writer) => {
    expect(writer.addInterface({ name: "eth0", link: "ethernet" })).toBe(0);
    expect(writer.addInterface({ name: "wg", description: "vpn", link: "ip" })).toBe(1);
    writer.addPacket({
      interface: 1,
      time: 0x1122334455667788n,
      bytes: Uint8Array.of(1, 2, 3, 4, 5),
      length: 9,
      direction: "out",
      id: 7n,
      verdict: { hook: "tc", value: -1 },
      comments: ["a", "bcd"],
    });
  });
  expect(blocks.map((block) => block.toString("hex"))).toEqual([
    hex(
      "0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0800 656d707463702031 0000 0000 2c000000",
    ),
    hex("01000000 28000000 0100 0000 00000000 0200 0400 65746830 0900 0100 09000000 0000 0000 28000000"),
    hex(
      "01000000 30000000 6500 0000 00000000 0200 0200 77670000 0900 0100 09000000 0300 0300 76706e00 0000 0000 30000000",
    ),
    hex(`06000000 60000000 01000000 44332211 88776655 05000000 09000000 0102030405000000
      0100 0100 61000000 0100 0300 62636400 0200 0400 02000000 0500 0800 0700000000000000
      0700 0900 01ffffffffffffffff000000 0000 0000 60000000`),
  ]);
  for (const block of blocks) expect([block.readUInt32LE(4), block.length % 4]).toEqual([block.length, 0]);
});

it("writes no list of options where there are none", () => {
  const [, , packet] = written((writer) => {
    writer.addInterface({ name: "a", link: "ip" });
    writer.addPacket({ interface: 0, time: 1n, bytes: Uint8Array.of(1), length: 0 });
  });
  expect(packet?.toString("hex")).toBe(
    hex("06000000 24000000 00000000 00000000 01000000 01000000 01000000 01000000 24000000"),
  );
});

it("cuts a comment that is too long at a whole character", () => {
  const [, , packet] = written((writer) => {
    writer.addInterface({ name: "a", link: "ip" });
    writer.addPacket({
      interface: 0,
      time: 1n,
      bytes: new Uint8Array(0),
      length: 0,
      comments: ["x" + "€".repeat(40000)],
    });
  });
  const length = packet?.readUInt16LE(30) ?? 0;
  expect(length).toBeLessThanOrEqual(65532);
  const text = packet?.toString("utf8", 32, 32 + length);
  expect(text).toBe("x" + "€".repeat((length - 1) / 3));
});
