import type { Place } from "@emptcp/core";
import { sourceLines } from "./print-source.js";
import { styleFor, visible } from "./terminal.js";

/** What is printed of an error. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly problems?: readonly ProblemReport[];
  /** Messages of the causes, nearest first. */
  readonly causes: readonly string[];
  /** Whole log, for example of the verifier. */
  readonly log?: string;
}

interface ProblemReport {
  readonly code: string;
  readonly severity: string;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  /** Where in which file, when that is known. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Characters that are meant, from the column on, and the line itself. */
  readonly length?: number;
  readonly source?: string;
}

type ProblemLike = Omit<ProblemReport, "file" | "line" | "column" | "length" | "source"> & {
  readonly place?: Place;
};

interface ErrorLike {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly hint?: unknown;
  readonly cause?: unknown;
  /** The part of a message that another one would repeat. */
  readonly summary?: unknown;
  readonly log?: unknown;
  readonly problems?: readonly ProblemLike[];
}

/** The fields of a place in a file beside the others, for JSON. */
function flat({ place, ...problem }: ProblemLike): ProblemReport {
  if (!place) return problem;
  const { file, line, column, length, text } = place;
  return { ...problem, file, line, column, length, source: text };
}

/** The part of a path that a message does not begin with: nothing of `port.src` for `port: src: expected…`. */
function untold(path: string, message: string): string {
  const keys = path.split(".");
  const told = keys.findIndex((_, i) => message.startsWith(`${keys.slice(i).join(": ")}: `));
  return told < 0 ? path : keys.slice(0, told).join(".");
}

/** `web.yaml:9:21: ` or `policies[0].chain[0]: `, as far as it is known. */
function whereOf({ file, line, column, path, message }: ProblemReport): string {
  if (file !== undefined) return `${file}:${line}:${column}: `;
  const rest = untold(path, message);
  return rest === "" ? "" : `${rest}: `;
}

/** Takes an error apart. @param error anything that was thrown */
export function reportOf(error: unknown): ErrorReport {
  const { message, code, hint, cause, log, problems } = (
    typeof error === "object" && error !== null ? error : { message: error }
  ) as ErrorLike;
  const causes: string[] = [];
  for (
    let next = cause as ErrorLike | undefined;
    next && causes.length < 8;
    next = next.cause as ErrorLike | undefined
  ) {
    const text = String(next.message ?? next);
    // What the message says already is no news.
    if (!String(message).includes(String(next.summary ?? text))) causes.push(text);
  }
  return {
    code: typeof code === "string" ? code : "ERR_EMPTCP_INTERNAL",
    message: String(message ?? "unknown error"),
    ...(typeof hint === "string" && hint !== "" && { hint }),
    ...(problems && { problems: problems.map(flat) }),
    causes,
    ...(typeof log === "string" && log !== "" && { log }),
  };
}

/** Prints an error: JSON on standard output, or text on standard error. */
export function printError(
  error: unknown,
  options: { readonly json: boolean; readonly verbose: boolean },
): void {
  const report = reportOf(error);
  if (options.json) {
    const { log, ...rest } = report;
    process.stdout.write(
      `${JSON.stringify({ error: options.verbose && log !== undefined ? { ...rest, log } : rest }, null, 2)}\n`,
    );
    return;
  }
  process.stderr.write(textOf(report, options.verbose, error));
}

function textOf(report: ErrorReport, verbose: boolean, error: unknown): string {
  const style = styleFor(process.stderr);
  const lines = [
    `${style.red(report.code)} ${visible(report.problems ? (report.message.split("\n")[0] ?? "") : report.message)}`,
  ];
  for (const problem of report.problems ?? []) {
    const mark = problem.severity === "warning" ? style.yellow("warning") : style.red("error");
    lines.push(`  ${mark} ${visible(whereOf(problem))}${visible(problem.message)}`);
    lines.push(...sourceLines(problem));
    if (problem.hint !== "") lines.push(`    ${style.dim(`hint: ${visible(problem.hint)}`)}`);
  }
  if (report.hint !== undefined) lines.push(`hint: ${visible(report.hint)}`);
  for (const cause of report.causes) lines.push(`caused by: ${visible(cause)}`);
  if (verbose && report.log !== undefined) lines.push("verifier log:", visible(report.log));
  else if (report.log !== undefined) lines.push(style.dim("--verbose prints the whole log"));
  if (verbose && error instanceof Error && error.stack) lines.push(style.dim(visible(error.stack)));
  return `${lines.join("\n")}\n`;
}
