export { Engine, openEngine, type ApplyResult, type EngineOptions, type TestRunResult } from "./engine.js";
export type { CommitOptions } from "./commit.js";
export { LIMITS, type PacketHook } from "./layout.js";
export type {
  GenerationManifest,
  GroupRecord,
  ModuleRecord,
  PolicyRecord,
  PortRecord,
  TableRecord,
} from "./manifest.js";
export type { PolicyHandle } from "./policy-handle.js";
export { RuleHandle } from "./rule-handle.js";
export type { RuleInput } from "./rule-input.js";
export type { RuleStatus } from "./rule-list.js";
export type { LoadResult } from "./rule-load.js";
export type { RuleSet } from "./rule-set.js";
export type { EngineCounters, PolicyStats, StepStats } from "./stats.js";
export { ABI, coreVersion } from "./version.js";
