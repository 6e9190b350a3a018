import type { Change } from "./format/plan.js";
import type { Plan } from "./make-plan.js";
import { styleFor, visible } from "./terminal.js";

const MARKS = { add: "+", change: "~", remove: "-", keep: " " } as const;

function changeLines(change: Change): string[] {
  const style = styleFor(process.stdout);
  const paint = { add: style.green, change: style.yellow, remove: style.red, keep: style.dim }[change.kind];
  return [
    paint(`${MARKS[change.kind]} ${visible(change.what)}`),
    ...change.details.map(({ part, before, after }) => {
      const text = before === undefined ? (after ?? "") : `${before}  ⇒  ${after ?? ""}`;
      return `    ${part.padEnd(8)} ${visible(text)}`;
    }),
  ];
}

/** Prints a plan for people. */
export function printPlan(plan: Plan): void {
  const style = styleFor(process.stdout);
  const lines = plan.changes.flatMap(changeLines);
  if (plan.changes.every((change) => change.kind === "keep")) lines.push("no changes");
  for (const { hook, first, second, continues } of plan.overlaps) {
    const effect = continues ? "both run, in this order" : "only the first one runs";
    lines.push(
      style.yellow(visible(`overlap on ${hook}: ${first} and ${second} match the same packets; ${effect}`)),
    );
  }
  for (const warning of plan.warnings) lines.push(style.yellow(visible(`warning: ${warning.message}`)));
  if (plan.generation === null)
    lines.push(style.dim("what runs can be read by root only: compared with nothing"));
  process.stdout.write(`${lines.join("\n")}\n`);
}
