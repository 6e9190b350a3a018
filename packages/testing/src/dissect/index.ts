export { describeDifferences, differences, dissect, fieldOf, hexDump } from "@emptcp/core/dissect";
export type { ChecksumStatus, Dissection, Field, FieldDifference, FieldValue } from "@emptcp/core/dissect";
