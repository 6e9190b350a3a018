/** What goes wrong with a testbed, apart from bugs. */
export type LabErrorCode =
  | "ERR_EMPTCP_LAB_SPEC"
  | "ERR_EMPTCP_LAB_EXISTS"
  | "ERR_EMPTCP_LAB_NOT_UP"
  | "ERR_EMPTCP_LAB_COMMAND"
  | "ERR_EMPTCP_LAB_NEEDS";

/** An error of the testbed: a stable code, what failed, and the way out. */
export class LabError extends Error {
  override readonly name = "LabError";

  /**
   * @param code stable, for programs
   * @param message lower case, verb first, with the offending value
   * @param hint the way out, one sentence
   */
  constructor(
    readonly code: LabErrorCode,
    message: string,
    readonly hint: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
  }
}
