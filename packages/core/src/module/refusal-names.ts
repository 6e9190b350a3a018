/** Why a step left a packet as it was: `enum emptcp_refused` of the SDK (refuse.bpf.h) by number. */
export const REFUSALS: readonly string[] = [
  "none",
  "no room",
  "GSO packet",
  "partial checksum",
  "MTU",
  "headers not linear",
  "no state",
  "map full",
  "later packet",
  "malformed options",
  "fragment",
  "protected SYN",
];

/** First reason that modules define themselves (`EMPTCP_REFUSED_MODULE`). */
export const FIRST_MODULE_REFUSAL = 64;

/**
 * Words for the reason of a refusal.
 *
 * @param reason number as in `emptcp_refuse`
 * @param own names of the module's reasons, from `EMPTCP_REFUSED_MODULE` on
 */
export function refusalName(reason: number, own: readonly string[] = []): string {
  return REFUSALS[reason] ?? own[reason - FIRST_MODULE_REFUSAL] ?? `reason ${reason}`;
}
