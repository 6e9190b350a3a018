export { describeDifferences, differences, hexDump } from "./diff.js";
export type { FieldDifference } from "./diff.js";
export { dissect, fieldOf } from "./dissect.js";
export type { Dissection } from "./dissect.js";
export type { ChecksumStatus, Field, FieldValue } from "./reader.js";
