import type { EngineEvent } from "@emptcp/core";
import type { OpenChain } from "./open-chain.js";

/** How long to look whether there is one more, in milliseconds. */
const PATIENCE = 100;

/** The events that a chain has told since they were last read. */
export async function readEvents(chain: OpenChain): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  for await (const event of chain.engine.events({ signal: AbortSignal.timeout(PATIENCE) }))
    events.push(event);
  return events;
}
