export { describeDifferences, differences, hexDump } from "./diff.js";
export type { FieldDifference } from "./diff.js";
export { dissect, fieldOf } from "./dissect.js";
export type { Dissection } from "./dissect.js";
export type { ChecksumStatus, Field, FieldValue, Link } from "./reader.js";
export { TCP_FLAGS, type TcpFlag } from "./tcp.js";
export { concat, hex, readUint, uint } from "./bytes.js";
export { onesSum, pseudoHeader } from "./sums.js";
export { formatAddress } from "../params/address.js";
