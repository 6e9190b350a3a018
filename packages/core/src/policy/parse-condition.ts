import { ProblemsError } from "../errors.js";
import { readCondition } from "./normalise-condition.js";
import { Reader } from "./reader.js";
import type { Condition } from "./types.js";

/**
 * Reads a condition as policy files write it, short forms included.
 *
 * @throws ProblemsError with everything that is malformed
 */
export function parseCondition(input: unknown, path = ""): Condition {
  const reader = new Reader();
  const condition = readCondition(reader, input, path);
  if (!condition || reader.problems.length > 0) throw new ProblemsError(reader.problems);
  return condition;
}
