import { attachPath, EmptcpError, type PolicySet, type Problem } from "@emptcp/core";

/** An interface or namespace that is not there as a problem of the sets that name it; undefined for other errors. */
export function attachProblem(sets: readonly PolicySet[], error: unknown): Problem | undefined {
  if (!(error instanceof EmptcpError) || !/_UNKNOWN_(INTERFACE|NAMESPACE)$/.test(error.code))
    return undefined;
  const { code, message, hint } = error;
  return { code, severity: "error", path: attachPath(sets, error), message, hint };
}
