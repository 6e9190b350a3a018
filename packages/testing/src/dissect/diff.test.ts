import { expect, it } from "vitest";
import { mptcp, opt, tcp } from "../packet/index.js";
import "../matchers/index.js";
import { expectPacket } from "../matchers/index.js";
import { describeDifferences, differences, dissect, fieldOf } from "./index.js";

const paths = (a: Uint8Array, b: Uint8Array): string[] =>
  differences(a, b).map((difference) => difference.path);

it("names the fields that differ, and nothing else", () => {
  expect(paths(tcp({ window: 1 }).bytes, tcp({ window: 2 }).bytes)).toEqual(["tcp.window", "tcp.checksum"]);
  expect(paths(tcp().bytes, tcp().bytes)).toEqual([]);
});

it("names an option that is missing and the order of options", () => {
  const before = tcp({ options: [opt.timestamps(1, 2)] }).bytes;
  const after = tcp({ options: [opt.timestamps(1, 2), mptcp.prio({ backup: true })] }).bytes;
  expect(paths(after, before)).toEqual(
    expect.arrayContaining(["ip.length", "tcp.dataOffset", "tcp.options", "tcp.mpPrio.backup"]),
  );
  const [one, two] = [
    tcp({ options: [opt.mss(1), opt.wscale(2)] }),
    tcp({ options: [opt.wscale(2), opt.mss(1)] }),
  ];
  expect(paths(one.bytes, two.bytes)).toContain("tcp.options");
});

it("tells a field whose value stayed while its checksum went bad", () => {
  expect(paths(tcp().bytes, tcp({ checksum: "bad" }).bytes)).toEqual(["tcp.checksum"]);
});

it("prints old and new value with their bytes and offset, and both packets", () => {
  const text = describeDifferences(tcp({ window: 1600 }).bytes, tcp({ window: 65535 }).bytes);
  expect(text).toContain("tcp.window    expected 65535 [ff ff @48]");
  expect(text).toContain("received 1600 [06 40 @48]");
  expect(text).toMatch(/0030 {2}\[06\]\[40\]/);
});

it("shows lengths when only bytes behind the packet differ", () => {
  expect(describeDifferences(tcp().pad(60).bytes, tcp().bytes)).toContain("expected 54 bytes, received 60");
  expect(paths(tcp().pad(60).bytes, tcp().bytes)).toEqual(["trailer"]);
});

it("never throws, whatever the length, and keeps every byte in some field", () => {
  const whole = tcp({ vlan: [1, 2], options: [opt.mss(1), mptcp.dss({ ack: 1n, dsn: 2n })], payload: "abc" });
  for (let length = 0; length <= whole.length; length++) {
    const covered = new Set(
      dissect(whole.truncate(length).bytes).fields.flatMap((f) =>
        Array.from({ length: f.size }, (_, i) => f.offset + i),
      ),
    );
    expect([...Array(length).keys()].filter((i) => !covered.has(i) && i < 22)).toEqual([]);
  }
});

it.each([
  ["option length 0", [30, 0, 1, 1]],
  ["option length 1", [30, 1, 1, 1]],
  ["option beyond the header", [30, 40, 1, 1]],
])("stops at %s", (_, bytes) => {
  const found = dissect(tcp({ options: [opt.bytes(bytes)] }).bytes);
  expect(fieldOf(found, "tcp.options")).toBe("malformed");
});

it("does not read options behind EOL", () => {
  const found = dissect(tcp({ options: [opt.eol, mptcp.prio({ backup: true })] }).bytes);
  expect(fieldOf(found, "tcp.options")).toBe("eol");
});

it("stops at a data offset below 5 or beyond the packet", () => {
  expect(fieldOf(dissect(tcp({ dataOffset: 4 }).bytes), "payload")).toBeUndefined();
  expect(fieldOf(dissect(tcp({ dataOffset: 15 }).bytes), "tcp.options")).toBeUndefined();
});

it("offers a matcher and assertions", () => {
  expect(tcp().bytes).toEqualPacket(tcp());
  expect(tcp({ window: 1 })).not.toEqualPacket(tcp());
  expect(tcp({ window: 1, seq: 9 })).toEqualPacketIn(tcp({ window: 1 }), ["ip.*", "tcp.window"]);
  expect(() => expect(tcp({ window: 1 }).bytes).toEqualPacket(tcp())).toThrow(/tcp\.window +expected 65535/);
  expect(() => expect("text").toEqualPacket(tcp())).toThrow(
    "expected received bytes or a packet, got string",
  );
  expectPacket(tcp({ window: 7 })).toHaveField("tcp.window", 7);
  expectPacket(tcp()).toHaveGoodChecksums();
  expect(() => expectPacket(tcp({ checksum: "partial" })).toHaveGoodChecksums()).toThrow(
    "upper layer partial",
  );
  expect(() => expectPacket(tcp()).toHaveField("tcp.mss", 1)).toThrow(
    "expected tcp.mss to be 1, received none",
  );
});
