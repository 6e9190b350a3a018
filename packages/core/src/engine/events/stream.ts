import { fail } from "../../errors.js";
import { BpfMap, RingBuffer } from "../../libbpf/index.js";
import { COUNTERS } from "../layout.js";
import type { EngineState } from "../state.js";
import { translate } from "../translate.js";
import { decodeEvent } from "./decode.js";
import { becomeReader } from "./reader-lock.js";
import { EventSources } from "./sources.js";
import type { EngineEvent, EventOptions } from "./types.js";

/** Events in a row before timers and signals get their turn. */
const SLICE = 256;
const LOOK_MS = 500;

/**
 * The events of an engine. Iterating over it reads them, leaving the loop (however) lets another reader begin.
 * What is not read waits in the kernel's buffer; what comes when that is full is lost, and counted.
 */
export class EventStream<E = EngineEvent> implements AsyncIterable<E> {
  readonly #state: EngineState;
  readonly #options: EventOptions;
  #counters: BpfMap | undefined;
  #lostBefore = 0n;
  #lost = 0n;
  #damaged = 0n;

  constructor(state: EngineState, options: EventOptions) {
    this.#state = state;
    this.#options = options;
  }

  /** Events that found the buffer full since the reading began. */
  lost(): bigint {
    if (this.#counters) this.#lost = countLost(this.#counters) - this.#lostBefore;
    return this.#lost;
  }

  /** Records that could not be read. */
  damaged(): bigint {
    return this.#damaged;
  }

  /** @throws ERR_EMPTCP_NOT_RUNNING, ERR_EMPTCP_EVENTS_TAKEN, at the first step of the iteration */
  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    const { signal } = this.#options;
    if (signal?.aborted) return;
    const reading = this.#open();
    const close = (): void => reading.ring.close();
    signal?.addEventListener("abort", close, { once: true });
    const look = setInterval(() => this.#look(close), LOOK_MS).unref();
    try {
      for await (const bytes of reading.ring) {
        const event = this.#read(bytes, reading.sources);
        if (event) yield event;
      }
    } finally {
      clearInterval(look);
      signal?.removeEventListener("abort", close);
      try {
        this.#reportLoss();
      } finally {
        this.#counters = undefined;
        reading.close();
      }
    }
  }

  #open() {
    const { pins, maps } = this.#state;
    if (!maps) return fail("ERR_EMPTCP_NOT_RUNNING", { directory: pins.root });
    const release = becomeReader(pins);
    const opened: { close(): void }[] = [{ close: release }];
    const close = (): void => {
      for (const one of opened.splice(0).reverse()) one.close();
    };
    const own = <T extends { close(): void }>(one: T): T => {
      opened.push(one);
      return one;
    };
    try {
      const map = own(BpfMap.fromPin(pins.map("emptcp_events")));
      this.#counters = own(BpfMap.fromPin(pins.map("emptcp_counters")));
      this.#lostBefore = countLost(this.#counters);
      const ring = own(new RingBuffer(map, { slice: SLICE, unref: this.#options.unref ?? false }));
      const active = (): number => this.#state.maps?.active.read().generation ?? 0;
      this.#engine = pins.identity();
      return { ring, sources: new EventSources(active, () => this.#state.manifest()), close };
    } catch (error) {
      close();
      throw translate(error);
    }
  }

  #engine: bigint | undefined;

  /** The event in a record, if it is one of those asked for. */
  #read(record: Buffer, sources: EventSources): E | undefined {
    const { module, event: name, log = false, onProblem } = this.#options;
    let event: EngineEvent | string;
    try {
      event = decodeEvent(record, sources);
    } catch (error) {
      event = error instanceof Error ? error.message : String(error);
    }
    if (typeof event === "string") {
      this.#damaged++;
      onProblem?.({ reason: event, record });
      return undefined;
    }
    if (event.event === "log" && !log) return undefined;
    if (module !== undefined && module !== event.module && module !== event.package) return undefined;
    if (name !== undefined && name !== event.event) return undefined;
    return event as unknown as E;
  }

  /** Tells of losses; ends the stream when what it reads from is gone. */
  #look(close: () => void): void {
    this.#reportLoss();
    if (this.#state.pins.identity() !== this.#engine) close();
  }

  #reported = 0n;
  #reportLoss(): void {
    const more = this.lost() - this.#reported;
    this.#reported += more;
    if (more > 0n) this.#options.onLost?.(more);
  }
}

function countLost(counters: BpfMap): bigint {
  const key = Buffer.alloc(4);
  key.writeUInt32LE(COUNTERS.eventsLost);
  return (counters.lookupPerCpu(key) ?? []).reduce((sum, value) => sum + value.readBigUInt64LE(), 0n);
}
