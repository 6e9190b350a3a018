import { describe, expect, it } from "vitest";
import { hex, mptcp, opt, tcp, udp } from "./index.js";
import { formatAddress, parseAddress, parseMac } from "./address.js";
import { fromHex, uint } from "./bytes.js";
import { internetChecksum, onesSum } from "./checksum.js";

describe("checksums", () => {
  it("gives the sum of the example in RFC 1071, section 3", () => {
    expect(onesSum(fromHex("0001 f203 f4f5 f6f7"))).toBe(0xddf2);
  });

  it("pads an odd last byte and complements", () => {
    expect(internetChecksum(Uint8Array.of(0x12))).toBe(0xedff);
  });
});

describe("a packet", () => {
  it("has the bytes written down by hand", () => {
    const packet = tcp({ sport: 1, dport: 2, seq: 3, ack: 4, window: 5, payload: "A" });
    const expected = [
      "02 00 00 00 00 02  02 00 00 00 00 01  08 00",
      "45 00 00 29 00 00 40 00 40 06 26 cd 0a 00 00 01 0a 00 00 02",
      "00 01 00 02 00 00 00 03 00 00 00 04 50 10 00 05 5a c2 00 00 41",
    ];
    expect(packet.bytes.toString("hex")).toBe(hex(fromHex(expected.join(""))));
  });

  it("is immutable: neither its bytes nor its description can be changed through it", () => {
    const packet = tcp({ window: 5 });
    packet.bytes.fill(0);
    const changed = packet.with({ window: 6, ip: { ttl: 1 } }).with({ ip: { tos: 4 } });
    expect(packet.bytes.readUInt16BE(48)).toBe(5);
    expect(changed.description).toEqual({ window: 6, ip: { ttl: 1, tos: 4 } });
    expect([changed.bytes[15], changed.bytes[22]]).toEqual([4, 1]);
  });

  it("keeps edits when it is varied", () => {
    const packet = tcp({ payload: "abc" }).truncate(50).with({ window: 9 });
    expect(packet.length).toBe(50);
    expect(packet.bytes.readUInt16BE(48)).toBe(9);
    expect(tcp().pad().length).toBe(60);
    expect(udp().patch(0, [0xff]).bytes[0]).toBe(0xff);
  });

  it("drops the Ethernet header on a layer 3 device", () => {
    expect(tcp({ eth: false }).link).toBe("ip");
    expect(tcp({}).with({ eth: false }).bytes[0]).toBe(0x45);
  });

  it("refuses what does not fit, and says how to build it anyway", () => {
    const options = [mptcp.joinAck({ hmac: new Uint8Array(20) }), mptcp.dss({ ack: 1n, dsn: 1n })];
    expect(() => tcp({ options })).toThrow(
      "encode TCP options: 50 bytes given, at most 40 fit; set dataOffset to build it anyway",
    );
    expect(tcp({ options, dataOffset: 15 }).length).toBe(14 + 20 + 20 + 52);
    expect(() => tcp({ window: 65536 })).toThrow("encode 65536: does not fit in 2 bytes");
    expect(() => uint(-1, 1)).toThrow(RangeError);
    expect(() => mptcp.joinAck({ hmac: [1] })).toThrow("expected 20 bytes, got 1");
    expect(() => parseMac("02:00")).toThrow(SyntaxError);
  });

  it("can hold any option, right or wrong", () => {
    const bytes = tcp({ options: [opt.raw(30, [], 0), opt.eol, opt.bytes([9, 9, 9, 9, 9])] }).bytes;
    expect(hex(bytes.subarray(54))).toBe("1e00000909090909");
  });
});

describe("addresses", () => {
  it.each([
    "10.0.0.255",
    "::",
    "::1",
    "fe80::",
    "2001:db8::1:0:0:1",
    "1:2:3:4:5:6:7:8",
    "2001:db8:0:1:1:1:1:1",
  ])("keeps %s", (text) => {
    expect(formatAddress(parseAddress(text))).toBe(text);
  });

  it("takes an IPv4 tail", () => {
    expect(formatAddress(parseAddress("::ffff:10.0.0.1"))).toBe("::ffff:10.0.0.1");
  });

  it.each(["10.0.0", "10.0.0.256", "1:2", "1::2::3", "::12345", "1:2:3:4:5:6:7::8"])("refuses %s", (text) => {
    expect(() => parseAddress(text)).toThrow(SyntaxError);
  });
});

describe("MPTCP keys", () => {
  // Expected values come from sha256sum, sha1sum and openssl dgst -mac hmac.
  it("derives token and initial data sequence number from the digest", () => {
    expect([mptcp.token(0n), mptcp.token(0n, 0)]).toEqual([0xaf5570f5, 0x05fe4057]);
    expect([mptcp.idsn(0n), mptcp.idsn(0n, 0)]).toEqual([0xe5b2328de0e83dfcn, 0xac558654f107c7e9n]);
  });

  it("derives the HMAC of MP_JOIN and the rightmost bytes for ADD_ADDR", () => {
    const keys = { senderKey: 1n, receiverKey: 2n };
    expect(hex(mptcp.joinHmac({ ...keys, senderNonce: 3, receiverNonce: 4 }))).toBe(
      "e5c5265ef877e59438bc6c934ea109a8fb18ad68f4de068ce0ef02c643316fdf",
    );
    expect(hex(mptcp.addAddrHmac({ ...keys, addressId: 5, address: "10.1.2.3" }))).toBe("5c4f5240fb180a0a");
  });
});
