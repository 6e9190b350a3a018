import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import "../src/matchers/index.js";
import { dissect, fieldOf } from "../src/dissect/index.js";
import { fromHex, hex, mptcp } from "../src/packet/index.js";
import { rebuild } from "./rebuild.js";

/** MPTCP packets captured on veth between two namespaces of Linux 6.18: one of each form of each option. */
const captured = (
  JSON.parse(readFileSync(new URL("fixtures/linux-6.18.json", import.meta.url), "utf8")) as {
    capture: string;
    packet: string;
  }[]
).map(({ capture, packet }) => {
  const bytes = fromHex(packet);
  const dissection = dissect(bytes);
  return { capture, bytes, dissection, options: String(fieldOf(dissection, "tcp.options")) };
});

const value = (i: (typeof captured)[number], path: string): never => fieldOf(i.dissection, path) as never;
const withOption = (name: string): typeof captured =>
  captured.filter(({ options }) => options.includes(name));

describe("packets of a real kernel", () => {
  it("hold every option that Linux sends", () => {
    const names = new Set(captured.flatMap(({ options }) => options.split(" ")));
    for (const name of [
      "mpCapable",
      "mpJoin",
      "dss",
      "addAddr",
      "removeAddr",
      "mpPrio",
      "mpFastclose",
      "mpTcprst",
    ]) {
      expect([...names]).toContain(name);
    }
  });

  it.each(captured.map((one, i) => [i, one.options, one] as const))(
    "%i (%s) is understood and rebuilt byte for byte",
    (_, _options, one) => {
      expect(one.dissection.fields.filter(({ path }) => /rest|malformed|trailer/.test(path))).toEqual([]);
      expect(["good", "partial"]).toContain(one.dissection.upperChecksum);
      expect(one.bytes).toEqualPacket(rebuild(one.bytes));
    },
  );
});

/** Pairs of keys, each seen from the host that sent the third ACK. */
const keys = withOption("mpCapable")
  .filter((one) => value(one, "tcp.mpCapable.receiverKey") !== undefined)
  .map(
    (one) =>
      [value(one, "tcp.mpCapable.senderKey"), value(one, "tcp.mpCapable.receiverKey")] as [bigint, bigint],
  );

describe("keys of a real kernel", () => {
  it("explain the token of every MP_JOIN", () => {
    const tokens = keys.flat().map((key) => mptcp.token(key));
    const joins = withOption("mpJoin").filter((one) => value(one, "tcp.mpJoin.token") !== undefined);
    expect(joins.length).toBeGreaterThan(2);
    for (const one of joins) expect(tokens).toContain(value(one, "tcp.mpJoin.token"));
  });

  it("explain the HMAC of every ADD_ADDR", () => {
    const adverts = withOption("addAddr").filter((one) => value(one, "tcp.addAddr.hmac") !== undefined);
    expect(adverts.length).toBeGreaterThan(3);
    for (const one of adverts) {
      const port = value(one, "tcp.addAddr.port") as number | undefined;
      const address = {
        addressId: value(one, "tcp.addAddr.addressId") as number,
        address: value(one, "tcp.addAddr.address") as string,
      };
      const expected = keys.flatMap(([a, b]) =>
        [
          { senderKey: a, receiverKey: b },
          { senderKey: b, receiverKey: a },
        ].map((pair) => hex(mptcp.addAddrHmac({ ...pair, ...address, ...(port !== undefined && { port }) }))),
      );
      expect(expected).toContain(value(one, "tcp.addAddr.hmac"));
    }
  });

  it("explain the HMACs of MP_JOIN", () => {
    const nonces = withOption("mpJoin")
      .map((one) => value(one, "tcp.mpJoin.nonce") as number | undefined)
      .filter((nonce) => nonce !== undefined);
    const answers = withOption("mpJoin").filter((one) => value(one, "tcp.mpJoin.hmac") !== undefined);
    expect(answers.length).toBeGreaterThan(2);
    for (const one of answers) {
      const expected = keys.flatMap(([a, b]) =>
        nonces.flatMap((first) =>
          nonces.flatMap((second) =>
            [
              { senderKey: a, receiverKey: b },
              { senderKey: b, receiverKey: a },
            ].map((pair) => hex(mptcp.joinHmac({ ...pair, senderNonce: first, receiverNonce: second }))),
          ),
        ),
      );
      const found = String(value(one, "tcp.mpJoin.hmac"));
      expect(expected.some((hmac) => hmac.startsWith(found))).toBe(true);
    }
  });

  it("explain the DSS checksum of segments that carry their whole mapping", () => {
    const whole = withOption("dss").filter((one) => {
      const payload = String(value(one, "payload") ?? "");
      return (
        value(one, "tcp.dss.checksum") !== undefined &&
        payload.length === 2 * Number(value(one, "tcp.dss.dataLength")) &&
        payload !== ""
      );
    });
    expect(whole.length).toBeGreaterThan(0);
    for (const one of whole) {
      const payload = fromHex(value(one, "payload"));
      const fields = {
        dsn: BigInt(value(one, "tcp.dss.dsn")),
        subflowSeq: value(one, "tcp.dss.subflowSeq") as number,
        dataLength: payload.length,
        payload,
      };
      expect(mptcp.dssChecksum(fields)).toBe(value(one, "tcp.dss.checksum"));
    }
  });
});
