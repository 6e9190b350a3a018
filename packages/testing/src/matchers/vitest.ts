import { expect } from "vitest";
import type { PacketLike } from "./packet.js";
import { toEqualPacket, toEqualPacketIn } from "./packet.js";

interface PacketMatchers<R> {
  /** Every byte is equal; a failure names the fields that differ. */
  toEqualPacket(expected: PacketLike): R;
  /** The named fields are equal; "tcp.*" stands for every field below. */
  toEqualPacketIn(expected: PacketLike, fields: readonly string[]): R;
}

declare module "vitest" {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- vitest declares its interface with this parameter
  interface Matchers<T = any> extends PacketMatchers<T> {}
}

expect.extend({ toEqualPacket, toEqualPacketIn });
