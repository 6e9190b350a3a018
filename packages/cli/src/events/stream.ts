import { join } from "node:path";
import type { Engine } from "@emptcp/core";
import { BpfMap, RingBuffer } from "@emptcp/core/libbpf";
import { decodeEvent, type EventRecord } from "./decode.js";

/** When to stop reading events. */
export interface StreamOptions {
  /** Events after which it ends. */
  readonly count?: number;
  readonly signal: AbortSignal;
}

/** Calls `onEvent` for each event of the engine until it is enough or the signal says so. */
export async function streamEvents(
  engine: Engine,
  pinDir: string,
  options: StreamOptions,
  onEvent: (event: EventRecord) => void,
): Promise<void> {
  using map = BpfMap.fromPin(join(pinDir, "maps", "emptcp_events"));
  const ring = new RingBuffer(map, { unref: false });
  try {
    await new Promise<void>((resolve) => {
      let left = options.count ?? Infinity;
      options.signal.addEventListener("abort", () => resolve(), { once: true });
      ring.onEvents((bytes) => {
        const event = left > 0 ? decodeEvent(bytes, engine.current()) : undefined;
        if (!event) return;
        onEvent(event);
        if (--left === 0) resolve();
      });
      if (options.signal.aborted) resolve();
    });
  } finally {
    ring.close();
  }
}
