/** Success. */
export const OK = 0;
/** The machine or the kernel did not do what was asked. */
export const FAILURE = 1;
/** What was asked is wrong: the command line, a policy, a name. */
export const WRONG_INPUT = 2;
/** There is no engine at the pin directory. */
export const NOTHING_RUNS = 3;
/** What was compared is not the same. */
export const DIFFERS = 4;

/** What the exit codes of every command mean, for help and manual. */
export const exitCodes: Readonly<Record<number, string>> = {
  [OK]: "Done.",
  [FAILURE]: "The machine or the kernel did not do what was asked. What ran before goes on.",
  [WRONG_INPUT]: "What was asked is wrong: the command line, a policy, a name. Nothing was changed.",
  [NOTHING_RUNS]: "Nothing runs at the pin directory, and the command needs something that does.",
  [DIFFERS]: "Only where a command compares, as `diff` does: there are differences.",
  130: "Interrupted by SIGINT; 143 by SIGTERM.",
};

/** Codes of errors in what the user wrote, found before the kernel is touched. */
export const INPUT_CODES: readonly string[] = [
  "ERR_EMPTCP_USAGE",
  "ERR_EMPTCP_LAB_SPEC",
  "ERR_EMPTCP_POLICY",
  "ERR_EMPTCP_POLICY_FILE",
  "ERR_EMPTCP_YAML",
  "ERR_EMPTCP_INCLUDE",
  "ERR_EMPTCP_VARIABLE",
  "ERR_EMPTCP_UNKNOWN_VARIABLE",
  "ERR_EMPTCP_NAME",
  "ERR_EMPTCP_DUPLICATE_NAME",
  "ERR_EMPTCP_UNKNOWN_MODULE",
  "ERR_EMPTCP_MODULE_CLASH",
  "ERR_EMPTCP_MODULE_KIND",
  "ERR_EMPTCP_UNKNOWN_PARAM",
  "ERR_EMPTCP_MISSING_PARAM",
  "ERR_EMPTCP_PARAM",
  "ERR_EMPTCP_PARAM_USE",
  "ERR_EMPTCP_HOOK_UNSUPPORTED",
  "ERR_EMPTCP_CHAIN_LENGTH",
  "ERR_EMPTCP_CHAIN_PARAMS",
  "ERR_EMPTCP_CONDITION_SIZE",
  "ERR_EMPTCP_NEVER_MATCHES",
  "ERR_EMPTCP_FIELD_ORDER",
  "ERR_EMPTCP_FIELD_SPACE",
  "ERR_EMPTCP_UNKNOWN_SET",
  "ERR_EMPTCP_UNKNOWN_POLICY",
  "ERR_EMPTCP_UNKNOWN_STEP",
  "ERR_EMPTCP_UNKNOWN_RULE",
  "ERR_EMPTCP_UNKNOWN_MAP",
  "ERR_EMPTCP_RULE_FILE",
  "ERR_EMPTCP_MALFORMED",
  "ERR_EMPTCP_TRACE_FILTER",
  "ERR_EMPTCP_PROFILE",
  "ERR_EMPTCP_NO_GENERATION",
  "ERR_EMPTCP_INTERFACE_AMBIGUOUS",
  "ERR_EMPTCP_UNKNOWN_INTERFACE",
  "ERR_EMPTCP_UNKNOWN_NAMESPACE",
];

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  if (code === "ERR_EMPTCP_NOT_RUNNING") return NOTHING_RUNS;
  return INPUT_CODES.includes(code) ? WRONG_INPUT : FAILURE;
}
