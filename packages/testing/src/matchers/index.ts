import "./vitest.js";

export { expectPacket } from "./expect-packet.js";
export type { PacketExpectation } from "./expect-packet.js";
export type { PacketLike } from "./packet.js";
