import { verifierHint } from "./verifier-hints.js";
import { readVerifierLog, type SourceLine, type VerifierLog } from "./verifier-log.js";

/** The kernel's verifier refused a program. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  /** Tells it from other errors. */
  readonly code = "EVERIFY";
  /** The lines of the log that tell what is wrong, and the line of C that it is about. */
  readonly summary: string;
  /** What to do, where the cause is a usual one. */
  readonly hint: string | undefined;
  /** The line of the module's own C file. */
  readonly source: SourceLine | undefined;
  readonly #log: string;

  /**
   * @param program name of the refused program
   * @param log whole verifier log
   * @param errno positive error number of the load
   */
  constructor(
    readonly program: string,
    log: string,
    readonly errno: number,
  ) {
    const report = readVerifierLog(log);
    const summary = summaryOf(report);
    super(`load program ${program}: ${summary}`);
    this.#log = log;
    this.summary = summary;
    this.source = report.source;
    this.hint = verifierHint(report.telling)?.hint;
  }

  /** The whole verifier log; not shown where the error is. */
  get log(): string {
    return this.#log;
  }
}

/** `limit.bpf.c:9: return packet[20];`, as far as it is known. */
function placed({ file, line, text }: SourceLine): string {
  const place = file === undefined ? "" : `${file}:${line}`;
  return [place, text].filter((part) => part !== "").join(": ");
}

function summaryOf({ telling, omitted, source, within, taken }: VerifierLog): string {
  if (telling.length === 0) return "the verifier left no log";
  const rest = omitted === 0 ? "" : ` (${omitted} ${omitted === 1 ? "line" : "lines"} omitted)`;
  const shown = taken ?? source;
  const first = `${telling.join(": ")}${rest}`;
  if (!shown || placed(shown) === "") return first;
  if (taken) return `${first}\n  taken at ${placed(taken)}`;
  // The object says which header was inlined, not into which line.
  return within ? `${first}\n  in ${placed(within)}, after ${placed(shown)}` : `${first}\n  ${placed(shown)}`;
}

/**
 * The lines of a verifier log that tell what is wrong: the last sentence, with the one before when it makes no
 * sense alone, then how many are left out; below it the line of C where that was.
 */
export function summarizeLog(log: string): string {
  return summaryOf(readVerifierLog(log));
}
