import type { PolicySet } from "@emptcp/core";
import { styleFor, visible } from "../terminal.js";
import { policyText } from "./policy-text.js";
import { unifiedDiff } from "./unified.js";

/** The differences between two states of one policy set. */
export interface SetDiff {
  readonly set: string;
  readonly change: "added" | "changed" | "removed" | "same";
  /** Unified diff of the set as policy files; lines without line feeds. */
  readonly lines: readonly string[];
}

/** Compares a policy set with another state of it. @param names of the two texts */
export function diffSet(
  names: readonly [string, string],
  before: PolicySet | undefined,
  after: PolicySet | undefined,
): SetDiff {
  const lines = unifiedDiff(names, before && policyText(before), after && policyText(after));
  const change = lines.length === 0 ? "same" : !before ? "added" : !after ? "removed" : "changed";
  return { set: (after ?? before)?.name ?? "", change, lines };
}

/** The lines with colours where somebody sees them. */
export function paintDiff(lines: readonly string[]): string {
  const style = styleFor(process.stdout);
  const paint = (line: string): string => {
    const text = visible(line);
    if (/^(---|\+\+\+) /.test(line)) return style.bold(text);
    if (line.startsWith("@@")) return style.dim(text);
    return line.startsWith("+") ? style.green(text) : line.startsWith("-") ? style.red(text) : text;
  };
  return lines.map((line) => `${paint(line)}\n`).join("");
}
