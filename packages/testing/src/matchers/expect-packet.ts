import { AssertionError } from "node:assert";
import { dissect, fieldOf, type FieldValue } from "../dissect/index.js";
import {
  bytesOf,
  linkOf,
  toEqualPacket,
  toEqualPacketIn,
  type MatcherResult,
  type PacketLike,
} from "./packet.js";

/** Assertions on one packet, usable with any test runner. */
export interface PacketExpectation {
  /** Every byte is equal. */
  toEqual(expected: PacketLike): void;
  /** The named fields are equal; "tcp.*" stands for every field below. */
  toEqualIn(expected: PacketLike, fields: readonly string[]): void;
  /** One field has this value, for example `toHaveField("tcp.window", 1000)`. */
  toHaveField(path: string, value: FieldValue): void;
  /** IP and upper-layer checksums hold. */
  toHaveGoodChecksums(): void;
}

function require(result: MatcherResult): void {
  if (!result.pass) throw new AssertionError({ message: result.message() });
}

/**
 * Starts assertions on a packet.
 * @throws AssertionError from its methods, with a field-by-field difference
 */
export function expectPacket(actual: PacketLike): PacketExpectation {
  const dissection = dissect(bytesOf(actual), linkOf(actual));
  return {
    toEqual: (expected) => require(toEqualPacket(actual, expected)),
    toEqualIn: (expected, fields) => require(toEqualPacketIn(actual, expected, fields)),
    toHaveField: (path, value) => {
      const found = fieldOf(dissection, path);
      const names = dissection.fields.map((field) => field.path).join(" ");
      require({
        pass: found === value,
        message: () => `expected ${path} to be ${value}, received ${found ?? `none (fields: ${names})`}`,
      });
    },
    toHaveGoodChecksums: () => {
      const { ipChecksum, upperChecksum } = dissection;
      const pass = [ipChecksum, upperChecksum].every((status) => status === "good" || status === "none");
      require({
        pass,
        message: () => `expected good checksums, received IP ${ipChecksum}, upper layer ${upperChecksum}`,
      });
    },
  };
}
