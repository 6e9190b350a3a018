/** The command line cannot be understood; nothing was done. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "ERR_EMPTCP_USAGE";

  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}
