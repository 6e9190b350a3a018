export { untestable } from "./limits.js";
export { openChain, OpenChain } from "./open-chain.js";
export { openSelector } from "./open-selector.js";
export type { OpenSelector } from "./open-selector.js";
export { readEvents } from "./read-events.js";
export { runChain } from "./run-chain.js";
export type { RunOptions } from "./run-chain.js";
export type {
  ChainOptions,
  ChainRunner,
  InitialState,
  PacketRunOptions,
  RefusalCount,
  RunCounters,
  RunResult,
} from "./types.js";
export { verdictOf } from "./verdict.js";
export type { Verdict } from "./verdict.js";
export { runTold, type Told } from "./run-told.js";
