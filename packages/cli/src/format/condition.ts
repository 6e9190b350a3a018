import type { Condition, Step } from "@emptcp/core";

function params(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

/** A step as people read it: `set-window(window: 1000)`. */
export function formatStep(step: Step): string {
  const inner = params(step.params);
  return inner === "" ? step.module : `${step.module}(${inner})`;
}

/** A chain: its steps with arrows between them; `(pass)` when it is empty. */
export function formatChain(chain: readonly Step[]): string {
  return chain.length === 0 ? "(pass)" : chain.map(formatStep).join(" → ");
}

/** A condition on one line: `port(remote: 443) and not ip-pair(src: 10.0.0.1)`. */
export function formatCondition(condition: Condition, nested = false): string {
  if (condition.kind === "match") {
    const inner = params(condition.params);
    return inner === "" ? condition.module : `${condition.module}(${inner})`;
  }
  if (condition.kind === "not") return `not ${formatCondition(condition.of, true)}`;
  if (condition.of.length === 0) return condition.kind === "all" ? "every packet" : "no packet";
  const joined = condition.of
    .map((part) => formatCondition(part, condition.of.length > 1))
    .join(condition.kind === "all" ? " and " : " or ");
  return nested && condition.of.length > 1 ? `(${joined})` : joined;
}
