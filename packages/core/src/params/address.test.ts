import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressValue, formatAddress, parseAddress, parseIPv4 } from "./address.js";
import { formatPrefix, maskPrefix, parsePrefix, prefixMask } from "./prefix-text.js";

describe("parseAddress", () => {
  it.each([
    ["0.0.0.0", 0],
    ["255.255.255.255", 0xffffffff],
    ["10.0.0.1", 0x0a000001],
  ])("reads %s", (text, value) => expect(parseIPv4(text)).toBe(value));

  it.each([
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "1..2.3",
    ".1.2.3",
    "1.2.3.",
    "1.2.3.4 ",
    "+1.2.3.4",
    "1.2.3.a",
    "00.1.2.3",
  ])("refuses %j", (text) => expect(parseAddress(text)).toBeUndefined());

  it.each([
    "fe80::1%eth0",
    ":::",
    ":",
    "::1::",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7",
    "::12345",
    "1:",
    ":1",
    "::g",
    "1:2:3:4:5:6:7:8::",
    "::1.2.3",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::1.2.3.4:5",
    "1::2:3:4:5:6:7:8",
  ])("refuses %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each([
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["::FFFF:0102:0304", "1.2.3.4"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ])("%s is %s", (text, canonical) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address.bytes)).toBe(canonical);
  });

  it("shows mapped bytes in mixed form", () => {
    const bytes = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4]);
    expect(formatAddress(bytes)).toBe("::ffff:1.2.3.4");
  });

  it("agrees with Node on what an address is", () => {
    const noise = fc.string({ unit: fc.constantFrom(..."0123456789abcf:.%"), maxLength: 22 });
    fc.assert(
      fc.property(fc.oneof(noise, fc.ipV4(), fc.ipV6()), (text) => {
        const zone = text.includes("%");
        expect(parseAddress(text) !== undefined).toBe(!zone && (isIPv4(text) || isIPv6(text)));
      }),
      { numRuns: 5000 },
    );
  });

  it("prints what it reads", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(0xffff), (bytes, zeros) => {
        for (let i = 0; i < 16; i++) if ((zeros >> i) & 1) bytes[i] = 0;
        const read = parseAddress(formatAddress(bytes));
        expect(read && addressValue(read.bytes)).toBe(
          read?.family === 4 ? addressValue(bytes.subarray(12)) : addressValue(bytes),
        );
      }),
    );
  });
});

describe("parsePrefix", () => {
  it.each([
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["10.0.0.1", "10.0.0.1"],
    ["10.0.0.1/32", "10.0.0.1"],
    ["fd00::/16", "fd00::/16"],
    ["::/0", "::/0"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["::ffff:0:0/96", "0.0.0.0/0"],
    ["::ffff:0:0/90", "::ffff:0.0.0.0/90"],
  ])("%s is %s", (text, canonical) => {
    const prefix = parsePrefix(text);
    expect(prefix && formatPrefix(prefix)).toBe(canonical);
  });

  it.each([
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0.0/",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "/8",
    "10.0.0.0/8/8",
    "::ffff:1.2.3.4/129",
    "x/8",
  ])("refuses %j", (text) => expect(parsePrefix(text)).toBeUndefined());

  it("masks", () => {
    expect([...prefixMask(12, 4)]).toEqual([255, 240, 0, 0]);
    expect([...prefixMask(0, 4)]).toEqual([0, 0, 0, 0]);
    const prefix = parsePrefix("10.1.2.3/12");
    expect(prefix && formatPrefix(maskPrefix(prefix))).toBe("10.0.0.0/12");
  });
});
