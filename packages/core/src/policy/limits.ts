/** Most steps of a chain: 33 tail calls for each packet, less root, entry and what re-entry needs. */
export const CHAIN_LIMIT = 28;
/** Most conjuncts that one condition may become. */
export const CONDITION_LIMIT = 65536;
/** Most pairs of alternatives that two parts of an `all` may have. */
export const WORK_LIMIT = 131_072;
/** Most negated matches in one conjunct (`emptcp_negs`). */
export const NEGATIVE_LIMIT = 7;
/** Most tables that the entry of one group looks into. */
export const TABLE_LIMIT = 32;
/** Most selectors that the entry of one group runs. */
export const SELECTOR_LIMIT = 8;
/** Bytes of all keys of a group, and of one table's key. */
export const JOINED_KEY_LIMIT = 128;
export const TABLE_KEY_LIMIT = 96;
/** Most policies of an engine. */
export const POLICY_LIMIT = 32768;
/** Bytes of the fields that a chain hands on. */
export const FIELD_LIMIT = 8;
/** Bytes of a row that are left for parameters. */
export const ROW_LIMIT = 1024 - 16;
