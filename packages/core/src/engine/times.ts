import type { BpfMap } from "../libbpf/index.js";
import { InstrumentMaps } from "./instrument-maps.js";
import type { PacketHook } from "./layout.js";
import type { GenerationManifest, PolicyRecord } from "./manifest.js";
import { key, sum } from "./per-cpu.js";
import type { PinDir } from "./pin-dir.js";
import type { EngineState } from "./state.js";

const NS = 0;
const SAMPLES = 8;
const PACKETS = 16;

/** Mean of what was timed, in nanoseconds without the clock's own cost. */
export interface Time {
  readonly mean: number;
  readonly samples: bigint;
}

/** Time that the entry of a group of interfaces takes while a profile runs: from its begin to the first step. */
export interface EntryStats {
  readonly hook: PacketHook;
  /** Interfaces of the group; `netns` is absent for the namespace of the process that applied the policies. */
  readonly ports: readonly { readonly name: string; readonly netns?: string }[];
  /** Packets since the profile began. */
  readonly packets: bigint;
  /** Absent until the first packet was timed. */
  readonly ns?: Time;
}

function timeOf(map: BpfMap, index: number): Time | undefined {
  const samples = sum(map, key(index), SAMPLES);
  if (samples === 0n) return undefined;
  // What the clock costs varies, so that a few samples of next to nothing may be below zero.
  const total = BigInt.asIntN(64, sum(map, key(index), NS));
  return { mean: Math.max(0, Number(total) / Number(samples)), samples };
}

/** Times of steps by counter slot while a profile runs; the caller calls `close`. */
export class StepTimes {
  readonly #maps: InstrumentMaps | undefined;

  constructor(pins: PinDir, { instrument }: GenerationManifest) {
    if (instrument.profile > 0) this.#maps = InstrumentMaps.open(pins, { ...instrument, trace: false });
  }

  of(slot: number): { readonly ns?: Time } {
    const map = this.#maps?.get("emptcp_step_time");
    const ns = map && timeOf(map, slot);
    return ns ? { ns } : {};
  }

  [Symbol.dispose](): void {
    this.#maps?.close();
  }
}

/** Times of entries; empty while no profile runs. */
export function readEntryTimes(state: EngineState): EntryStats[] {
  const { instrument, groups, ports } = state.manifest();
  if (instrument.profile === 0) return [];
  using maps = InstrumentMaps.open(state.pins, { ...instrument, trace: false });
  const map = maps.get("emptcp_entry_time");
  if (!map) return [];
  return groups.map((group) => {
    const ns = timeOf(map, group.id);
    return {
      hook: group.hook,
      ports: ports
        .filter((p) => p.hook === group.hook && p.layer3 === group.layer3 && `${p.sets}` === `${group.sets}`)
        .map(({ name, netns }) => ({ name, ...(netns !== undefined && { netns }) })),
      packets: sum(map, key(group.id), PACKETS),
      ...(ns && { ns }),
    };
  });
}

/** Sets the times of steps to zero that are new in a generation: their slots may have belonged to others. */
export function zeroNewTimes(
  pins: PinDir,
  before: readonly PolicyRecord[],
  placed: readonly PolicyRecord[],
  profile: number,
): void {
  if (profile === 0) return;
  const name = ({ hook, set, name, stats }: PolicyRecord): string => `${hook} ${set} ${name} ${stats}`;
  const known = new Set(before.map(name));
  using maps = InstrumentMaps.open(pins, { profile, trace: false });
  const map = maps.get("emptcp_step_time");
  if (!map) return;
  const zero = Buffer.alloc(map.transferSize);
  for (const policy of placed) {
    if (known.has(name(policy))) continue;
    for (let i = 0; i < policy.steps.length; i++) map.update(key(policy.stats + i), zero);
  }
}
