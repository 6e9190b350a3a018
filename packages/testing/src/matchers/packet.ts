import { describeDifferences, differences } from "../dissect/index.js";
import { Packet, type Link } from "../packet/index.js";

/** Bytes, or a built packet. */
export type PacketLike = Uint8Array | Packet;

/** The bytes of a packet-like value. */
export function bytesOf(packet: PacketLike): Uint8Array {
  return packet instanceof Packet ? packet.bytes : packet;
}

/** Where a packet-like value begins; plain bytes begin with an Ethernet header. */
export function linkOf(packet: PacketLike): Link {
  return packet instanceof Packet ? packet.link : "ethernet";
}

function requirePacket(value: unknown, what: string): asserts value is PacketLike {
  if (!(value instanceof Uint8Array) && !(value instanceof Packet)) {
    throw new TypeError(
      `compare packets: expected ${what} bytes or a packet, got ${value === null ? "null" : typeof value}`,
    );
  }
}

/** The result that vitest wants from a matcher. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Compares two packets byte by byte; the message names the fields that differ. */
export function toEqualPacket(actual: unknown, expected: unknown): MatcherResult {
  requirePacket(actual, "received");
  requirePacket(expected, "expected");
  const [received, wanted] = [bytesOf(actual), bytesOf(expected)];
  const link = linkOf(expected);
  const pass = Buffer.compare(received, wanted) === 0;
  return {
    pass,
    message: () =>
      pass
        ? "expected packets to differ, but all bytes are equal"
        : describeDifferences(received, wanted, link),
  };
}

/** Compares two packets in the named fields only, for example "tcp.window"; a trailing "*" stands for every field below. */
export function toEqualPacketIn(
  actual: unknown,
  expected: unknown,
  fields: readonly string[],
): MatcherResult {
  requirePacket(actual, "received");
  requirePacket(expected, "expected");
  const named = (path: string): boolean =>
    fields.some((field) => (field.endsWith("*") ? path.startsWith(field.slice(0, -1)) : path === field));
  const [received, wanted] = [bytesOf(actual), bytesOf(expected)];
  const pass = !differences(received, wanted, linkOf(expected)).some(({ path }) => named(path));
  return {
    pass,
    message: () =>
      pass
        ? `expected packets to differ in ${fields.join(", ")}`
        : describeDifferences(received, wanted, linkOf(expected)),
  };
}
