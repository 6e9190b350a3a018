import type { HistoryEntry, PolicySet } from "@emptcp/core";
import { diffSet, paintDiff } from "../diff/print.js";
import { styleFor, visible } from "../terminal.js";
import { changeText, generationText, whoText } from "./history-text.js";

/** One entry of the history with all that is known of it, and the text of the policy sets before and after. */
export function describeEntry(
  entry: HistoryEntry,
  before: readonly PolicySet[] | undefined,
  after: readonly PolicySet[] | undefined,
): string {
  const style = styleFor(process.stdout);
  const facts: readonly [string, string][] = [
    ["time", entry.time],
    ["generation", generationText(entry)],
    ["what", entry.what],
    ["result", entry.ok ? "done" : "failed"],
    ["change", changeText(entry)],
    ["by", `${whoText(entry)}, process ${entry.pid}`],
    ["command", entry.command.join(" ")],
    ...entry.modules.map((m): [string, string] => ["module", `${m.package} ${m.version} ${m.sha256}`]),
  ];
  const lines = facts
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `  ${style.dim(name.padEnd(10))}  ${visible(value)}\n`);
  return `${style.bold(`entry ${entry.id}`)}\n${lines.join("")}${difference(before, after)}`;
}

function difference(
  before: readonly PolicySet[] | undefined,
  after: readonly PolicySet[] | undefined,
): string {
  if (!before || !after) return "";
  const names = [...new Set([...before, ...after].map((s) => s.name))].sort();
  return names
    .map((name) => {
      const [a, b] = [before, after].map((sets) => sets.find((s) => s.name === name));
      return paintDiff(diffSet([`${name} (before)`, `${name} (after)`], a, b).lines);
    })
    .join("");
}
