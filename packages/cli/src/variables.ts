import type { Json } from "@emptcp/core";
import { UsageError } from "./usage-error.js";

/**
 * Reads `name=value` arguments; values are read as in a policy file: `1000` is a number, `20Mbit` a text, `[a, b]` a list.
 * The last one of a name counts.
 *
 * @throws UsageError
 */
export async function readVariables(given: readonly string[]): Promise<Record<string, Json>> {
  const variables: Record<string, Json> = {};
  if (given.length === 0) return variables;
  const { parse } = await import("yaml");
  for (const text of given) {
    const equals = text.indexOf("=");
    if (equals < 1) {
      throw new UsageError(
        `read --var ${text}: there is no =`,
        "write --var name=value, e.g. --var interface=eth0",
      );
    }
    const value = text.slice(equals + 1);
    try {
      variables[text.slice(0, equals)] = (value === "" ? "" : parse(value)) as Json;
    } catch {
      variables[text.slice(0, equals)] = value;
    }
  }
  return variables;
}
