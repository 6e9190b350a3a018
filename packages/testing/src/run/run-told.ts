import type { Hook, Step } from "@emptcp/core";
import { expect } from "vitest";
import type { PacketLike } from "../matchers/packet.js";
import { openChain } from "./open-chain.js";
import { readEvents } from "./read-events.js";

/** What steps told about packets that they leave as they are. */
export interface Told {
  /** Name of each event beside its fields. */
  readonly events: readonly Record<string, unknown>[];
  /** Reasons of refusals, in the order of the packets. */
  readonly refusals: readonly number[];
}

/** Sends packets through a chain of its own, each of which must come out unchanged. */
export async function runTold(
  hook: Hook,
  steps: readonly Step[],
  packets: readonly PacketLike[],
): Promise<Told> {
  const chain = await openChain(hook, steps);
  try {
    const refusals: number[] = [];
    for (const packet of packets) {
      const run = chain.run(packet);
      expect(run.packet).toEqualPacket(packet);
      refusals.push(...run.refusals.map(({ reason }) => reason));
    }
    const events = (await readEvents(chain)).map(({ event, data }) => ({ event, ...data }));
    return { events, refusals };
  } finally {
    await chain.close();
  }
}
