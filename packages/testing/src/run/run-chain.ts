import type { Hook, Step } from "@emptcp/core";
import type { PacketLike } from "../matchers/index.js";
import { openChain } from "./open-chain.js";
import type { ChainOptions, RunResult } from "./types.js";

/** Options of one run. */
export interface RunOptions extends ChainOptions {
  /** Send the packet this many times, each time as given; the last result counts (default 1). */
  readonly repeat?: number;
}

/**
 * Runs a chain on a packet in the real kernel and removes it again.
 *
 * @example
 * const result = await runChain("xdp", [setWindow({ window: 1600 })], tcp({ window: 65535 }));
 * expect(result.packet).toEqualPacket(tcp({ window: 1600 }));
 */
export async function runChain(
  hook: Hook,
  steps: readonly Step[],
  packet: PacketLike,
  options: RunOptions = {},
): Promise<RunResult> {
  const chain = await openChain(hook, steps, options);
  try {
    for (let left = options.repeat ?? 1; left > 1; left--) chain.run(packet);
    return chain.run(packet);
  } finally {
    await chain.close();
  }
}
