import { describe, expect, it } from "vitest";
import { flowKey } from "./records.js";

describe("flowKey", () => {
  it("maps IPv4 addresses and keeps network byte order", () => {
    const key = flowKey({
      source: "10.0.2.1",
      sourcePort: 8080,
      destination: "10.0.100.1",
      destinationPort: 513,
    });
    expect(key.toString("hex")).toBe(`${"00".repeat(10)}ffff0a000201${"00".repeat(10)}ffff0a0064011f900201`);
  });

  it.each([
    ["fd00:2::1", "fd000002000000000000000000000001"],
    ["::1", "00000000000000000000000000000001"],
    ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
  ])("expands %s", (source, hex) => {
    const key = flowKey({ source, sourcePort: 0, destination: source, destinationPort: 0 });
    expect(key.toString("hex")).toBe(`${hex}${hex}00000000`);
  });
});
