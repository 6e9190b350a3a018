import { fail, type Engine, type PolicySet } from "@emptcp/core";
import { closest } from "./suggest.js";

/** The running set of that name. @throws ERR_EMPTCP_UNKNOWN_SET */
export function requireSet(engine: Engine, name: string): PolicySet {
  const sets = engine.list();
  const set = sets.find((candidate) => candidate.name === name);
  if (set) return set;
  const near = closest(
    name,
    sets.map((candidate) => candidate.name),
  );
  return fail("ERR_EMPTCP_UNKNOWN_SET", {
    set: name,
    suggestion: near === undefined ? "" : `; did you mean "${near}"?`,
  });
}
