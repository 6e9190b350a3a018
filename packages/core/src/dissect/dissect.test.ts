import fc from "fast-check";
import { expect, it } from "vitest";
import { differences, dissect, summarise } from "./index.js";

/** Headers that lead somewhere, so that random bytes behind them are read: Ethernet, VLAN, IPv4, IPv6, VXLAN, GENEVE, GRE. */
const ethernet = "020000000002020000000001";
const ipv4 = (protocol: string): string => `450001000000000040${protocol}0000 01020304 05060708`;
const heads = [
  "",
  `${ethernet} 0800`,
  `${ethernet} 8100 0007 0800 ${ipv4("06")}`,
  `${ethernet} 86dd 60000000 0010 06 40`,
  `${ethernet} 0800 ${ipv4("11")}`,
  `${ethernet} 0800 ${ipv4("11")} 0001 12b5 00ec 0000`,
  `${ethernet} 0800 ${ipv4("11")} 0001 17c1 00ec 0000`,
  `${ethernet} 0800 ${ipv4("2f")} 0000 6558`,
].map((text) => Buffer.from(text.replace(/\s/g, ""), "hex"));

const packet = fc
  .tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }))
  .map(([head, rest]) => Buffer.concat([head, rest]));
const link = fc.constantFrom("ethernet" as const, "ip" as const);

it("takes any bytes apart: never throws, and no field lies outside", () => {
  fc.assert(
    fc.property(packet, link, (bytes, kind) => {
      for (const { offset, size } of dissect(bytes, kind).fields)
        expect(offset >= 0 && size >= 0 && offset + size <= bytes.length).toBe(true);
      expect(summarise(bytes, kind).protocol).not.toBe("");
    }),
    { numRuns: 500 },
  );
});

it("compares any bytes: equal ones do not differ", () => {
  fc.assert(
    fc.property(packet, packet, link, (one, two, kind) => {
      expect(differences(one, Buffer.from(one), kind)).toEqual([]);
      for (const { path, expected, actual } of differences(one, two, kind))
        expect([path, expected ?? actual]).not.toContain(undefined);
    }),
    { numRuns: 300 },
  );
});
