import { errorTable, type ErrorCode, type ErrorEntry, type ErrorValues } from "./errors-table.js";
import { escapeText } from "./text.js";

export type { ErrorCode, ErrorValue, ErrorValues } from "./errors-table.js";

/** What an error carries besides its code and values. */
export interface ErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Replaces the hint of the table, where the way out is better known. */
  readonly hint?: string;
  /** A longer text, e.g. the whole verifier log. */
  readonly log?: string;
  /** Further values for the message of a ProblemsError. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Every error that eMPTCP throws on purpose. */
export class EmptcpError extends Error {
  override readonly name: string = "EmptcpError";
  /** Stable code; docs/errors.md explains each. */
  readonly code: ErrorCode;
  /** The way out, one sentence. */
  readonly hint: string;
  /** The values that the message was made of, and others that help a program. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly #log: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    hint: string,
    details: Readonly<Record<string, unknown>> = {},
    options: ErrorOptions = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.hint = hint;
    this.details = details;
    this.#log = options.log;
  }

  /** Whole log behind the message, e.g. of the verifier. Not shown where the error is: it may be a million lines. */
  get log(): string | undefined {
    return this.#log;
  }
}

/** A place in a file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters that are meant, from the column on. */
  readonly length: number;
  /** The line itself. */
  readonly text: string;
}

/** One of several things found wrong at once. */
export interface Problem {
  readonly code: ErrorCode;
  /** An error prevents `apply`, a warning does not. */
  readonly severity: "error" | "warning";
  /** Where, e.g. `policies[0].chain[1].set-window.window`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  /** Where in which file, when that is known. */
  readonly place?: Place;
  /** "key": the last key of the path itself is meant, not its value. */
  readonly at?: "key";
}

/** `web.yaml:9:21: policies[0].chain[0]: `, as far as it is known. */
export function whereText({ place, path }: Pick<Problem, "place" | "path">): string {
  const at = place ? `${place.file}:${place.line}:${place.column}: ` : "";
  return `${at}${path === "" ? "" : `${path}: `}`;
}

/** Everything that was found wrong, at once. */
export class ProblemsError extends EmptcpError {
  override readonly name: string = "ProblemsError";
  readonly problems: readonly Problem[];

  /** @param code what failed, usually ERR_EMPTCP_POLICY */
  constructor(
    problems: readonly Problem[],
    code: ErrorCode = "ERR_EMPTCP_POLICY",
    options: ErrorOptions = {},
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const { message, hint } = render(code, { count, reason: count, ...options.values });
    const list = problems.map((p) => `\n  ${whereText(p)}${p.message}`).join("");
    super(
      code,
      `${message}${list}`,
      options.hint ?? hint,
      { count: problems.length, ...options.values },
      options,
    );
    this.problems = problems;
  }
}

/** Fills the templates of a code; values are escaped so that hostile text cannot reach a terminal. */
function render(code: ErrorCode, values: Readonly<Record<string, unknown>>): ErrorEntry {
  const entry: ErrorEntry = errorTable[code];
  const fill = (template: string): string =>
    template.replace(/\{(\w+)\}/g, (_, key: string) => {
      const value = values[key];
      if (Array.isArray(value)) return escapeText(value.join(", "));
      return value === undefined ? "" : escapeText(String(value));
    });
  return { message: fill(entry.message), hint: fill(entry.hint) };
}

/** Makes the error of a code without throwing it. */
export function emptcpError<C extends ErrorCode>(
  code: C,
  values: ErrorValues<C>,
  options: ErrorOptions = {},
): EmptcpError {
  const { message, hint } = render(code, values);
  return new EmptcpError(code, message, options.hint ?? hint, values, options);
}

/** Throws the error of a code. */
export function fail<C extends ErrorCode>(
  code: C,
  values: ErrorValues<C>,
  options: ErrorOptions = {},
): never {
  throw emptcpError(code, values, options);
}

/** Makes a problem of a code, for reports that name everything at once. */
export function problem<C extends ErrorCode>(
  code: C,
  path: string,
  values: ErrorValues<C>,
  options: { readonly hint?: string; readonly severity?: Problem["severity"] } = {},
): Problem {
  const { message, hint } = render(code, values);
  return { code, severity: options.severity ?? "error", path, message, hint: options.hint ?? hint };
}

/** Turns a thrown error into a problem at a path; errors that are not ours are thrown on. */
export function problemOf(error: unknown, path: string): Problem[] {
  if (error instanceof ProblemsError) {
    return error.problems.map((p) => ({ ...p, path: [path, p.path].filter((s) => s !== "").join(".") }));
  }
  if (!(error instanceof EmptcpError)) throw error;
  return [{ code: error.code, severity: "error", path, message: error.message, hint: error.hint }];
}

/** Throws a ProblemsError when there are errors among the problems; warnings alone pass. */
export function throwProblems(problems: readonly Problem[], code: ErrorCode = "ERR_EMPTCP_POLICY"): void {
  if (problems.some((p) => p.severity === "error")) throw new ProblemsError(problems, code);
}
