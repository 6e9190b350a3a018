import { kindOf, ParamRefusal } from "@emptcp/core";

/**
 * Seconds of a duration as people write it: `"30s"`, `"1m30s"`.
 *
 * @throws TypeError with what is expected
 */
export function secondsOf(value: unknown): number {
  const parsed: unknown = kindOf({ kind: "duration" }).parse(value, { kind: "duration", description: "" });
  if (parsed instanceof ParamRefusal) throw new TypeError(`for: expected ${parsed.expected}`);
  return Number(parsed) / 1e9;
}
