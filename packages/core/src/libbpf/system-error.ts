import { errnoName, errnoText } from "./errno.js";

/** A call into libbpf or the kernel failed. */
export class SystemError extends Error {
  override readonly name: string = "SystemError";
  /** Name of the error number, e.g. "EPERM". */
  readonly code: string;

  /**
   * @param step what was tried, verb first, e.g. "attach tcx link to ifindex 4"
   * @param errno positive error number
   * @param log what libbpf said meanwhile
   */
  constructor(
    readonly step: string,
    readonly errno: number,
    readonly log = "",
  ) {
    const detail = lastLine(log);
    super(`${step}: ${errnoText(errno)} (${errnoName(errno)})${detail === "" ? "" : `: ${detail}`}`);
    this.code = errnoName(errno);
  }
}

function lastLine(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  return (lines.at(-1) ?? "").replace(/^libbpf: /, "").trim();
}

/** libbpf is missing or cannot be used. */
export class LibraryError extends Error {
  override readonly name = "LibraryError";
  /** Tells it from other errors. */
  readonly code = "ERR_LIBBPF";
}

/**
 * Checks the result of a libbpf call, which is negative on failure.
 *
 * @returns the result
 * @throws SystemError
 */
export function check(result: number | bigint, step: string): number {
  const value = Number(result);
  if (value < 0) throw new SystemError(step, -value);
  return value;
}

/** Whether an error is a SystemError with one of these codes. */
export function isSystemError(error: unknown, ...codes: string[]): error is SystemError {
  return error instanceof SystemError && (codes.length === 0 || codes.includes(error.code));
}
