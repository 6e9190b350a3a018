import { fail } from "../errors.js";
import { BpfMap, bootTimeNs, RingBuffer } from "../libbpf/index.js";
import { becomeTracer, makeTraceMaps } from "./instrument-maps.js";
import { COUNTERS } from "./layout.js";
import { key, sum } from "./per-cpu.js";
import { setInstrument } from "./set-instrument.js";
import type { EngineState } from "./state.js";
import { TraceDecoder } from "./trace-decode.js";
import { encodeTraceFilter, FILTER } from "./trace-filter.js";
import type { Trace, TraceFilter, TraceHop, TraceOptions } from "./trace-types.js";

/** The kernel traces so long after the reader's last sign of life, in ns. */
const LEASE = 10_000_000_000n;
const RENEW_MS = 1000;
const DEFAULT_RING = 4 << 20;
const PAGE = 4096;

function ringSize(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(bytes, PAGE)));
}

/** One trace from its begin to its end. */
class Session implements Trace {
  #lostBefore = 0n;
  #lost: bigint | undefined;
  #begun = false;
  /** The engine that is traced: it may be detached meanwhile, and another one begun. */
  #engine: bigint | undefined;

  constructor(
    readonly state: EngineState,
    readonly filter: Buffer,
    readonly options: TraceOptions,
  ) {}

  lost(): bigint {
    return this.#lost ?? (this.#begun ? this.#counter() - this.#lostBefore : 0n);
  }

  #counter(): bigint {
    const counters = this.state.maps?.get("emptcp_counters");
    return counters ? sum(counters, key(COUNTERS.traceLost)) : this.#lostBefore;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TraceHop> {
    const { state } = this;
    const { pins } = state;
    this.#engine = pins.identity();
    if (this.#engine === undefined) fail("ERR_EMPTCP_NOT_RUNNING", { directory: pins.root });
    const release = becomeTracer(pins) ?? fail("ERR_EMPTCP_TRACE_BUSY", { directory: pins.root });
    try {
      const ringBytes = ringSize(this.options.ringBytes ?? DEFAULT_RING);
      const generation = await setInstrument(state, { trace: true }, "trace on", () =>
        makeTraceMaps(pins, ringBytes),
      );
      try {
        yield* this.#read(generation);
      } finally {
        await this.#end();
      }
    } finally {
      release();
    }
  }

  /** The maps stay with this object: another process may take the pins away. */
  async *#read(generation: number): AsyncGenerator<TraceHop> {
    const { pins } = this.state;
    const { signal, packets = Infinity } = this.options;
    using filterMap = BpfMap.fromPin(pins.map("emptcp_trace_filter"));
    using ringMap = BpfMap.fromPin(pins.map("emptcp_trace_ring"));
    using ring = new RingBuffer(ringMap);
    const memory = Buffer.from(filterMap.mmap({ writable: true }));
    const decoder = new TraceDecoder(pins);
    decoder.learn(generation);
    this.#lostBefore = this.#counter();
    this.#begun = true;
    const renew = (): void => {
      if (!this.#runs()) return ring.close();
      memory.writeBigUInt64LE(bootTimeNs() + LEASE, FILTER.until);
      decoder.learn(this.state.maps?.active.read().generation ?? 0);
    };
    memory.set(this.filter);
    renew();
    memory[FILTER.enabled] = 1;
    const timer = setInterval(renew, RENEW_MS);
    const abort = (): void => ring.close();
    signal?.addEventListener("abort", abort);
    let told = 0;
    try {
      if (signal?.aborted) return;
      this.options.onStart?.();
      for await (const record of ring) {
        const hop = decoder.decode(record);
        if (hop.final !== undefined) told++;
        yield hop;
        if (told >= packets || signal?.aborted) return;
      }
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", abort);
      memory[FILTER.enabled] = 0;
      this.#lost = this.#counter() - this.#lostBefore;
    }
  }

  #runs(): boolean {
    return this.state.pins.identity() === this.#engine;
  }

  async #end(): Promise<void> {
    if (this.#runs()) await setInstrument(this.state, { trace: false }, "trace off");
  }
}

/**
 * Prepares a trace; it begins when the first hop is asked for.
 *
 * @throws ProblemsError (ERR_EMPTCP_TRACE_FILTER) with all that is wrong with filter and options
 */
export function newTrace(state: EngineState, filter: TraceFilter, options: TraceOptions = {}): Trace {
  return new Session(state, encodeTraceFilter(filter, options), options);
}
