/** Regular expressions as JSON schema knows them: no flags, and anchored by whoever uses them. */

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
/** 0..65535, leading zeros as far as five digits. */
const PORT = "(?:[0-5]?\\d{1,4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";
const ONE_PORT = `\\s*${PORT}\\s*(?:-\\s*${PORT}\\s*)?`;

/** Number of a quantity, before its unit. */
export const AMOUNT = "\\d{1,20}(?:\\.\\d{1,9})?";
export const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;
/** What looks like IPv6; that it is one, only `parseAddress` knows. */
export const IPV6 = "[0-9a-fA-F]{0,4}:[0-9a-fA-F:]*:[0-9a-fA-F:.]*";
export const PREFIX4 = `${IPV4}(?:/(?:3[0-2]|[12]?\\d))?`;
export const PREFIX6 = `${IPV6}(?:/(?:12[0-8]|1[01]\\d|[1-9]?\\d))?`;
export const PORTS = `${ONE_PORT}(?:,${ONE_PORT})*`;
/** Linux: at most 15 bytes, neither "/" nor white space (dev_valid_name). */
export const INTERFACE = "(?!\\.\\.?$)[!-.0-~]{1,15}";
export const MAC = "[0-9a-fA-F]{2}(?:(?::[0-9a-fA-F]{2}){5}|(?:-[0-9a-fA-F]{2}){5})";

/** Any of these, from the first character to the last. */
export function whole(...patterns: readonly string[]): string {
  return patterns.length === 1 ? `^${patterns[0] ?? ""}$` : `^(?:${patterns.join("|")})$`;
}

/** A word in any case: `bit` becomes `[bB][iI][tT]`. */
export function anyCase(word: string): string {
  return word.replace(/[a-z]/g, (c) => `[${c}${c.toUpperCase()}]`);
}
