export {
  all,
  any,
  not,
  policy,
  policySet,
  type InterfacesInput,
  type PolicyOptions,
  type PolicySetOptions,
} from "./build.js";
export { checkPolicySets } from "./check.js";
export type { CheckEnv, Expansions, InterfaceFacts } from "./check-types.js";
export { defaultHits, evaluate, matches, rankPolicies, type HitModel } from "./evaluate.js";
export { conjunctText, expandCondition } from "./expand.js";
export { parseCondition } from "./parse-condition.js";
export {
  parsePolicyText,
  placeError,
  placeProblems,
  readPolicyFiles,
  readPolicyText,
  type LoadedSet,
  type ReadFilesOptions,
  type ReadOptions,
} from "./files/read.js";
export { interfaceMatches } from "./interfaces.js";
export { normalisePolicySet } from "./normalise.js";
export { findOverlaps, OVERLAP_LIMIT } from "./overlaps.js";
export { compileRuleEncoder, type RuleEncoder, type TableLayout } from "./rule-encoder.js";
export { formatPolicyText } from "./format/format.js";
export { policyFileSchema } from "./schema/policy.js";
export { sessionProblems, type Session, type SessionEnd, type SessionEnvironment } from "./session.js";
export { shapeKey } from "./shape.js";
export type * from "./types.js";
