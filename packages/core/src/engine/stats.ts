import type { BpfMap } from "../libbpf/index.js";
import { COUNTERS } from "./layout.js";
import type { PacketHook } from "./layout.js";
import { EMPTY_STEP } from "./sequences.js";
import type { EngineState } from "./state.js";

/** Counters of the engine itself. */
export type EngineCounters = Record<keyof typeof COUNTERS, bigint>;

export interface StepStats {
  readonly module: string;
  /** Packets that reached the step. */
  readonly packets: bigint;
  /** Changes it did not make, by reason number. */
  readonly refusals: Readonly<Record<number, bigint>>;
}

export interface PolicyStats {
  readonly set: string;
  readonly policy: string;
  readonly hook: PacketHook;
  readonly packets: bigint;
  readonly bytes: bigint;
  readonly steps: readonly StepStats[];
}

function key(index: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(index);
  return buffer;
}

/** Sum over all CPUs of the 64-bit number at `offset` of a per-CPU value. */
function sum(map: BpfMap, index: Buffer, offset = 0): bigint {
  const values = map.lookupPerCpu(index) ?? [];
  return values.reduce((total, value) => total + value.readBigUInt64LE(offset), 0n);
}

/** Reads the engine's counters; all zero while nothing runs. */
export function readCounters(state: EngineState): EngineCounters {
  const map = state.maps?.get("emptcp_counters");
  const entries = Object.entries(COUNTERS).map(([name, index]) => [name, map ? sum(map, key(index)) : 0n]);
  return Object.fromEntries(entries) as EngineCounters;
}

/** Reads the counters of each policy of a set, or of all. */
export function readStats(state: EngineState, set?: string): PolicyStats[] {
  const maps = state.maps;
  if (!maps) return [];
  const refusals = readRefusals(maps.get("emptcp_refusals"));
  const hits = maps.get("emptcp_hits");
  const counts = maps.get("emptcp_step_count");
  return state
    .manifest()
    .policies.filter((p) => set === undefined || p.set === set)
    .map((p) => ({
      set: p.set,
      policy: p.name,
      hook: p.hook,
      packets: sum(hits, key(p.index)),
      bytes: sum(hits, key(p.index), 8),
      steps: p.steps
        .map(({ module }, i) => {
          const slot = p.stats + p.steps.length - 1 - i;
          return { module, packets: sum(counts, key(slot)), refusals: refusals.get(slot) ?? {} };
        })
        .filter((step) => step.module !== EMPTY_STEP.module),
    }));
}

/** Refusals by counter slot and reason. */
function readRefusals(map: BpfMap): Map<number, Record<number, bigint>> {
  const found = new Map<number, Record<number, bigint>>();
  for (const entry of map.keys()) {
    const slot = entry.readUInt32LE(0);
    const reasons = found.get(slot) ?? {};
    reasons[entry.readUInt32LE(4)] = sum(map, entry);
    found.set(slot, reasons);
  }
  return found;
}
