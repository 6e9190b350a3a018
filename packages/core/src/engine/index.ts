export { Engine, openEngine, type EngineOptions, type TestRunResult } from "./engine.js";
export type { ApplyOptions, ApplyResult, SetChange } from "./apply-sets.js";
export type { Confirmation } from "./confirm/pending.js";
export type { Action, HistoryEntry, ModuleDigest, SetDifference, Who } from "./history/entry.js";
export type { History } from "./history/history.js";
export type { ModuleDrift } from "./history/module-store.js";
export { DEFAULT_STATE_DIR } from "./history/state-dir.js";
export type { RollbackOptions, RollbackResult } from "./roll-back.js";
export type { ParamChange } from "./set-params.js";
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
export { EventStream } from "./events/stream.js";
export type { EngineEvent, EventOptions, EventProblem } from "./events/types.js";
export type { EmitterRecord } from "./emitters.js";
export { TypedMap, type MapOpenOptions, type SetWhen, type TypedMapInfo } from "./maps/typed-map.js";
export type { MapTypes } from "./maps/map-types.js";
export type { EventOf, ModuleHandle, ModuleTypes } from "./module-handle.js";
export type { PolicyHandle } from "./policy-handle.js";
export { RuleHandle } from "./rule-handle.js";
export type { RuleInput } from "./rule-input.js";
export type { RuleStatus } from "./rule-list.js";
export type { LoadOptions, LoadResult } from "./rule-load.js";
export type { RuleSet } from "./rule-set.js";
export type { EngineCounters, PolicyStats, StepStats } from "./stats.js";
export type { EntryStats, Time } from "./times.js";
export type { Verdicts } from "./verdict-counters.js";
export type { Instrument } from "./instrument.js";
export type { Trace, TraceEnd, TraceFilter, TraceHop, TraceOptions, TraceResult } from "./trace-types.js";
export { ABI, coreVersion } from "./version.js";
export {
  forecast,
  type Forecast,
  type LimitForecast,
  type PortForecast,
  type ProgramForecast,
} from "./forecast/forecast.js";
export type { CostForecast } from "./forecast/cost.js";
export type { ModuleForecast } from "./forecast/modules.js";
export { checkSets } from "./check-environment.js";
export { attachPath } from "./attach-path.js";
