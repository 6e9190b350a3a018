import { expect, it } from "vitest";
import { dissect, fieldOf } from "../dissect/index.js";
import { dataSegment } from "./base-packet.js";
import { malformedTcp, oddIp, otherTraffic, truncated } from "./hostile.js";
import { looksPartial, wellFormed } from "./well-formed.js";

it("builds well-formed packets with good checksums", () => {
  for (const { name, packet } of wellFormed(dataSegment())) {
    const { ipChecksum, upperChecksum } = dissect(packet.bytes);
    expect([name, ipChecksum === "bad", upperChecksum]).toEqual([name, false, "good"]);
  }
});

it("builds partial ones where asked", () => {
  for (const { name, packet } of wellFormed(dataSegment().with({ checksum: "partial" }))) {
    expect([name, dissect(packet.bytes).upperChecksum]).toEqual([name, "partial"]);
  }
});

it("finds a good checksum that equals the pseudo-header's sum", () => {
  for (const base of [
    dataSegment(),
    dataSegment().with({ ip: { version: 6, src: "fd00::1", dst: "fd00::2" } }),
  ]) {
    const packet = looksPartial(base);
    const read = (bytes: Uint8Array) => fieldOf(dissect(bytes), "tcp.checksum");
    expect(read(packet.bytes)).toBe(read(packet.with({ checksum: "partial" }).bytes));
    expect(dissect(packet.bytes).upperChecksum).toBe("good");
  }
});

it("names every hostile packet once and keeps it long enough for a test run", () => {
  const cases = [
    ...truncated("xdp", dataSegment()),
    ...malformedTcp(dataSegment()),
    ...oddIp(dataSegment()),
    ...otherTraffic(),
  ];
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  expect(cases.filter(({ packet }) => packet.length < 14)).toEqual([]);
});
