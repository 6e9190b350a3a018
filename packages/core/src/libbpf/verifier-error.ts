/** The kernel's verifier refused a program. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  readonly code = "EVERIFY";
  /** The lines of the log that tell what is wrong. */
  readonly summary: string;

  /**
   * @param program name of the refused program
   * @param log whole verifier log
   * @param errno positive error number of the load
   */
  constructor(
    readonly program: string,
    readonly log: string,
    readonly errno: number,
  ) {
    const summary = summarizeLog(log);
    super(`load program ${program}: ${summary}`);
    this.summary = summary;
  }
}

const NOISE = /^(processed \d+ insns|verification time|stack depth|max_states|insns_processed)/;
/** Lines that mean little without the one before: register states, and what refers back to an instruction. */
const FRAGMENT = /^(\s|R\d|[a-z]+ \d+ type=|math between|arg#|\(.*\)$)/;

/**
 * The lines of a verifier log that tell what is wrong: the last one, or the last two when the last makes no
 * sense alone, then how many are left out.
 */
export function summarizeLog(log: string): string {
  const lines = log
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "");
  while (lines.length > 0 && NOISE.test(lines.at(-1) ?? "")) lines.pop();
  if (lines.length === 0) return "the verifier left no log";
  const last = lines.at(-1) ?? "";
  const count = FRAGMENT.test(last) && lines.length > 1 ? 2 : 1;
  const shown = lines.slice(-count).map((line) => line.trim());
  const omitted = lines.length - count;
  const rest = omitted === 0 ? "" : ` (${omitted} ${omitted === 1 ? "line" : "lines"} omitted)`;
  return `${shown.join(": ")}${rest}`;
}
