import type { RuleStatus } from "@emptcp/core";

/** What an entry of a rule matches: `ip-pair(src: 10.0.0.1) and port(dst: 443)`. */
export function formatMatch(match: RuleStatus["match"]): string {
  const parts = Object.entries(match).map(([selector, fields]) => {
    const inner = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    return inner.length === 0 ? selector : `${selector}(${inner.join(", ")})`;
  });
  return parts.length === 0 ? "every packet" : parts.join(" and ");
}
