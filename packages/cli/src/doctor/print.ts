import type { CheckedFinding, Level } from "@emptcp/core";
import { styleFor, visible, type Style } from "../terminal.js";

type Out = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };

const MARKS: Readonly<Record<Level, string>> = {
  ok: "ok",
  note: "note",
  warning: "warning",
  problem: "problem",
};
const WIDTH = Math.max(...Object.values(MARKS).map((mark) => mark.length));

function paint(style: Style, level: Level, text: string): string {
  if (level === "problem") return style.red(text);
  if (level === "warning") return style.yellow(text);
  return level === "ok" ? style.green(text) : text;
}

/** What is shown of a check: all that is not ok, and of what is ok as much as fits into one line. */
function linesOf(findings: readonly CheckedFinding[], verbose: boolean): CheckedFinding[] {
  const fine = findings.filter((f) => f.level === "ok");
  const rest = findings.filter((f) => f.level !== "ok");
  if (verbose) return [...fine, ...rest];
  const [first] = fine;
  if (fine.length <= 1 || !first) return [...fine, ...rest];
  const subjects = fine.flatMap((f) => f.subject ?? []);
  const message = subjects.length === fine.length ? fold(fine) : first.message;
  return [{ check: first.check, level: "ok", message }, ...rest];
}

/** Subjects with the same message behind one another: `eth0, eth1: XDP native`. */
function fold(findings: readonly CheckedFinding[]): string {
  const byMessage = new Map<string, string[]>();
  for (const { message, subject = "" } of findings)
    byMessage.set(message, [...(byMessage.get(message) ?? []), subject]);
  const text = (subjects: readonly string[]): string =>
    subjects.length > 4
      ? `${subjects.slice(0, 3).join(", ")} and ${subjects.length - 3} more`
      : subjects.join(", ");
  return [...byMessage].map(([message, subjects]) => `${text(subjects)}: ${message}`).join("; ");
}

function printFinding(finding: CheckedFinding, verbose: boolean, style: Style, out: Out): void {
  const { level, subject, message, fix, source } = finding;
  const indent = " ".repeat(WIDTH + 4);
  const about = subject === undefined ? "" : `${visible(subject)}: `;
  const known = verbose && source !== undefined ? style.dim(` [${source}]`) : "";
  out.write(`  ${paint(style, level, MARKS[level].padEnd(WIDTH))}  ${about}${visible(message)}${known}\n`);
  if (fix !== undefined) out.write(`${indent}${style.bold(visible(fix))}\n`);
}

/** How many findings there are of each level that asks for something: `1 problem, 2 warnings`. */
export function summary(findings: readonly CheckedFinding[]): string {
  const parts = (["problem", "warning", "note"] as const).flatMap((level) => {
    const count = findings.filter((f) => f.level === level).length;
    return count === 0 ? [] : [`${count} ${level}${count === 1 ? "" : "s"}`];
  });
  return parts.length === 0 ? "all is well" : parts.join(", ");
}

/**
 * Prints findings below the name of their check, and the command that mends each.
 *
 * @param verbose print also each thing that is as it should be, and how that is known
 */
export function printFindings(
  findings: readonly CheckedFinding[],
  verbose: boolean,
  out: Out = process.stdout,
): void {
  const style = styleFor(out);
  for (const check of new Set(findings.map((f) => f.check))) {
    out.write(`${style.bold(check)}\n`);
    const own = findings.filter((f) => f.check === check);
    for (const finding of linesOf(own, verbose)) printFinding(finding, verbose, style, out);
  }
  out.write(`${summary(findings)}\n`);
}
