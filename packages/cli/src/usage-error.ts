/** One of several things that are wrong with a command line. */
export interface UsageProblem {
  readonly message: string;
  readonly hint: string;
}

/** The command line cannot be understood; nothing was done. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "ERR_EMPTCP_USAGE";
  /** Each problem, where there are several. */
  declare readonly problems?: readonly (UsageProblem & {
    readonly code: string;
    readonly severity: "error";
    readonly path: string;
  })[];

  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }

  /** One error for everything that is wrong with the arguments. @param problems at least one */
  static of(problems: readonly UsageProblem[], hint: string): UsageError {
    const [first] = problems;
    if (first && problems.length === 1) return new UsageError(`read arguments: ${first.message}`, first.hint);
    const error = new UsageError(`read arguments: ${problems.length} problems found`, hint);
    const common = { code: "ERR_EMPTCP_USAGE", severity: "error", path: "" } as const;
    Object.assign(error, { problems: problems.map((problem) => ({ ...common, ...problem })) });
    return error;
  }
}
