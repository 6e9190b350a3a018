import { mkdirSync } from "node:fs";
import { BpfMap, flockExclusive, type MapOptions } from "../libbpf/index.js";
import { readerLives } from "./events/reader-lock.js";
import type { Instrument } from "./instrument.js";
import { LIMITS, TIME_SIZE, TRACE } from "./layout.js";
import { unpin, type PinDir } from "./pin-dir.js";

const MMAPABLE = 1 << 10;

const map = (
  type: MapOptions["type"],
  name: string,
  valueSize: number,
  maxEntries: number,
  flags = 0,
): MapOptions => ({ type, name, keySize: valueSize === 0 ? 0 : 4, valueSize, maxEntries, flags });

const PROFILE_MAPS = [
  map("percpu_array", "emptcp_step_time", TIME_SIZE, LIMITS.stepCounters),
  map("percpu_array", "emptcp_entry_time", TIME_SIZE, LIMITS.groups),
];

const traceMaps = (ringBytes: number): MapOptions[] => [
  map("percpu_array", "emptcp_trace_cpu", TRACE.cpuSize, 1),
  map("array", "emptcp_trace_filter", TRACE.filterSize, 1, MMAPABLE),
  map("ringbuf", "emptcp_trace_ring", 0, ringBytes),
];

const profileNames = PROFILE_MAPS.map((m) => m.name);
const traceNames = traceMaps(4096).map((m) => m.name);

/** Every map that programs with probes use; an engine has them only while a profile or a trace runs. */
export const INSTRUMENT_MAPS: ReadonlySet<string> = new Set([...profileNames, ...traceNames]);

/** The maps of a running profile or trace, by name. Closing it frees the descriptors. */
export class InstrumentMaps {
  readonly #maps = new Map<string, BpfMap>();

  private constructor() {}

  /** Opens what is pinned for these instruments. */
  static open(pins: PinDir, { profile, trace }: Pick<Instrument, "profile" | "trace">): InstrumentMaps {
    const maps = new InstrumentMaps();
    const names = [...(profile > 0 ? profileNames : []), ...(trace ? traceNames : [])];
    try {
      for (const name of names) maps.#maps.set(name, BpfMap.fromPin(pins.map(name)));
    } catch (error) {
      maps.close();
      throw error;
    }
    return maps;
  }

  get(name: string): BpfMap | undefined {
    return this.#maps.get(name);
  }

  /** Tells these maps from those of another profile or trace. */
  ids(): number[] {
    return [...this.#maps.values()].map((m) => m.info().id);
  }

  close(): void {
    for (const open of this.#maps.values()) open.close();
    this.#maps.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function make(pins: PinDir, definitions: readonly MapOptions[]): void {
  for (const options of definitions) {
    unpin(pins.map(options.name));
    using created = BpfMap.create(options);
    created.pin(pins.map(options.name));
  }
}

/** Makes new maps for a profile: all times are zero. */
export function makeProfileMaps(pins: PinDir): void {
  make(pins, PROFILE_MAPS);
}

/** Makes new maps for a trace. @param ringBytes a power of two, a page at least */
export function makeTraceMaps(pins: PinDir, ringBytes: number): void {
  make(pins, traceMaps(ringBytes));
}

/** Removes the maps of instruments that do not run. */
export function sweepInstrumentMaps(pins: PinDir, { profile, trace }: Instrument): void {
  if (profile === 0) for (const name of profileNames) unpin(pins.map(name));
  if (!trace) for (const name of traceNames) unpin(pins.map(name));
}

/**
 * Becomes the one tracer of an engine until the returned function is called or the process ends, however it ends.
 *
 * @returns undefined while another tracer lives
 */
export function becomeTracer(pins: PinDir): (() => void) | undefined {
  mkdirSync(pins.trace, { recursive: true, mode: 0o700 });
  return flockExclusive(pins.trace);
}

/** True while the process lives that started the trace. */
export function tracerLives(pins: PinDir): boolean {
  const release = becomeTracer(pins);
  release?.();
  return release === undefined;
}

/** What runs next: what is asked for, else what runs now; a trace ends with its process, messages with the reader of events. */
export function nextInstrument(
  pins: PinDir,
  before: Instrument,
  wanted: Partial<Instrument> = {},
): Instrument {
  const log = wanted.log ?? (before.log && readerLives(pins));
  const trace = wanted.trace ?? (before.trace && tracerLives(pins));
  return { profile: wanted.profile ?? before.profile, trace, log };
}
