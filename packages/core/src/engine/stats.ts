import type { BpfMap } from "../libbpf/index.js";
import { refusalName } from "../module/refusal-names.js";
import { COUNTERS } from "./layout.js";
import type { PacketHook } from "./layout.js";
import { key, sum } from "./per-cpu.js";
import { EMPTY_STEP } from "./sequences.js";
import type { EngineState } from "./state.js";
import { StepTimes, type Time } from "./times.js";
import type { Verdicts } from "./verdict-counters.js";

/** Counters of the engine itself. */
export type EngineCounters = Record<keyof typeof COUNTERS, bigint>;

export interface StepStats {
  readonly module: string;
  /** Packets that reached the step. */
  readonly packets: bigint;
  /** How it ended chains, other than by handing the packet on. */
  readonly verdicts: Readonly<Verdicts>;
  /** Changes it did not make, by reason number. */
  readonly refusals: Readonly<Record<number, bigint>>;
  /** The same, by name of the reason. */
  readonly refusalNames: Readonly<Record<string, bigint>>;
  /** Time of the step's body; only while a profile runs and once a packet was timed. */
  readonly ns?: Time;
}

export interface PolicyStats {
  readonly set: string;
  readonly policy: string;
  readonly hook: PacketHook;
  readonly packets: bigint;
  readonly bytes: bigint;
  readonly steps: readonly StepStats[];
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
  const manifest = state.manifest();
  const refusals = readRefusals(maps.get("emptcp_refusals"));
  const hits = maps.get("emptcp_hits");
  const counts = maps.get("emptcp_step_count");
  using times = new StepTimes(state.pins, manifest);
  const step = (module: string, from: string, slot: number): StepStats => {
    const found = refusals.get(slot) ?? {};
    const own = state.catalog.get(from)?.manifest.refusals;
    return {
      module,
      packets: sum(counts, key(slot)),
      verdicts: maps.verdicts.read(slot),
      refusals: found,
      refusalNames: Object.fromEntries(
        Object.entries(found).map(([r, n]) => [refusalName(Number(r), own), n]),
      ),
      ...times.of(slot),
    };
  };
  return manifest.policies
    .filter((p) => set === undefined || p.set === set)
    .map((p) => ({
      set: p.set,
      policy: p.name,
      hook: p.hook,
      packets: sum(hits, key(p.index)),
      bytes: sum(hits, key(p.index), 8),
      steps: p.steps
        .map((s, i) => step(s.module, s.package, p.stats + p.steps.length - 1 - i))
        .filter(({ module }) => module !== EMPTY_STEP.module),
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
