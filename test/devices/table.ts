import type { Outcome, Outcomes } from "./probe/main.js";
import { kinds } from "./probe/kinds.js";

const HEADING = ["Device", "Ethernet header", "xdp", "tc-ingress", "tc-egress", "Remarks"];

/** Whether a packet met the policy and left it changed. */
const works = (o: Outcome, egressOnly: boolean): boolean => o.matched > 0 && (o.changed || egressOnly);

/** The ways in which a hook works, e.g. `native, generic`. */
function cell(outcomes: readonly Outcome[], egressOnly: boolean): string {
  const ways = outcomes.filter((o) => works(o, egressOnly)).map((o) => o.attached.replace("xdp-", ""));
  if (ways.length > 0) return [...new Set(ways)].join(", ");
  return outcomes.some((o) => !o.attached.startsWith("refused")) ? "sees no packets" : "refused";
}

/** One line of the table for each kind of device that was there, by its name. */
export function rows({ outcomes }: Pick<Outcomes, "outcomes">): Map<string, string> {
  const lines = kinds.flatMap(({ name, egressOnly = false, note = "" }) => {
    const own = outcomes.filter((o) => o.kind === name);
    if (own.length === 0) return [];
    const on = (hook: string): string =>
      cell(
        own.filter((o) => o.hook === hook),
        egressOnly,
      );
    const cells = [
      name,
      own.some((o) => o.layer3) ? "no" : "yes",
      on("xdp"),
      on("tc-ingress"),
      on("tc-egress"),
      note,
    ];
    return [[name, cells] as const];
  });
  return new Map(lines.map(([name, cells]) => [name, `| ${cells.join(" | ")} |`]));
}

/** The table in Markdown, and what could not be tried. */
export function table(outcomes: Outcomes): string {
  const lines = [
    `| ${HEADING.join(" | ")} |`,
    `|${" --- |".repeat(HEADING.length)}`,
    ...rows(outcomes).values(),
  ];
  const missing = Object.entries(outcomes.missing).map(([name, reason]) => `- ${name}: ${reason}`);
  const tail = missing.length === 0 ? [] : ["", "Not tried:", "", ...missing];
  return [...lines, ...tail].join("\n");
}

/** Cells of a line of a Markdown table, without the padding that formatters add. */
export function cells(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
