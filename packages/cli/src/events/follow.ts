import type { Engine, EngineEvent } from "@emptcp/core";
import { visible } from "../terminal.js";
import { printEvent } from "./print.js";

/** Where events go instead of lines of text. */
export interface EventSink {
  /** @returns how many of what `--count` counts it completed */
  add(event: EngineEvent): number;
  end(): void;
}

/** Which events to print, and until when. */
export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly json: boolean;
  readonly log: boolean;
  readonly count: number | undefined;
  readonly module: string | undefined;
  readonly event: string | undefined;
  readonly sink?: EventSink;
}

/** Prints events until it is enough; tells on stderr what was lost or cannot be read. */
export async function followEvents(engine: Engine, options: FollowOptions): Promise<void> {
  const { signal, json, log, count = Infinity, module, event: name, sink } = options;
  // an unknown name would wait for ever
  if (module !== undefined) engine.module(module);
  const switched = log && !engine.current().instrument.log;
  if (switched) await engine.setLog(true);
  try {
    let left = count;
    const events = engine.events({
      ...{ signal, log },
      ...(module !== undefined && { module }),
      ...(name !== undefined && { event: name }),
      onLost: (more) =>
        tell(`${more} ${more === 1n ? "event was" : "events were"} lost: the buffer was full`),
      onProblem: ({ reason }) => tell(`an event cannot be read: ${reason}`),
    });
    for await (const event of events) {
      if (sink) left -= sink.add(event);
      else {
        printEvent(event, json);
        left--;
      }
      if (left <= 0) break;
    }
  } finally {
    sink?.end();
    if (switched) await engine.setLog(false);
  }
}

function tell(text: string): void {
  process.stderr.write(`emptcp: ${visible(text)}\n`);
}
