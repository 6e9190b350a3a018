import type { HistoryEntry, SetDifference } from "@emptcp/core";

/** Who made a change: `root (alice)`. */
export function whoText({ who }: HistoryEntry): string {
  const user = who.user ?? (who.uid < 0 ? "?" : `${who.uid}`);
  const others = [...new Set([who.sudoUser, who.login])].filter((n) => n !== undefined && n !== user);
  return others.length === 0 ? user : `${user} (${others.join(", ")})`;
}

function count(names: readonly string[] | undefined): number {
  const more = /^… (\d+) more$/.exec(names?.at(-1) ?? "");
  return (names?.length ?? 0) + (more ? Number(more[1]) - 1 : 0);
}

function setText(d: SetDifference): string {
  const marks = { added: "+", changed: "~", removed: "-" };
  const parts = [
    ...(["added", "changed", "removed"] as const).flatMap((kind) =>
      count(d[kind]) > 0 ? [`${marks[kind]}${count(d[kind])}`] : [],
    ),
    ...(d.attach === true ? ["attach"] : []),
  ];
  const inner = d.change === "changed" && parts.length > 0 ? ` (${parts.join(" ")})` : "";
  return `${marks[d.change]}${d.set}${inner}`;
}

/** The detail only names the sets that are told anyway, as that of `delete` does. */
function isTold({ detail, sets }: HistoryEntry): boolean {
  return detail === sets.map(({ set }) => set).join(", ");
}

/** What a change did, on one line: `~web (~1 -2), rules +3`. */
export function changeText(entry: HistoryEntry): string {
  if (!entry.ok) return `${entry.error?.code}: ${entry.error?.message.split("\n")[0] ?? ""}`;
  const parts = [
    ...(entry.detail === undefined || isTold(entry) ? [] : [entry.detail]),
    ...entry.sets.map(setText),
    ...(entry.rules > 0 ? [`${entry.rules} ${entry.rules === 1 ? "rule" : "rules"} added`] : []),
  ];
  return parts.join(", ");
}

/** The generations of an entry: `3 → 4`, `4` when it made none. */
export function generationText({ before, generation }: HistoryEntry): string {
  return before === generation ? `${generation}` : `${before} → ${generation}`;
}
