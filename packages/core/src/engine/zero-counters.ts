import type { CoreMaps } from "./core-maps.js";

function key(index: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(index);
  return buffer;
}

/** Sets the counters of a new policy to zero: its index may have belonged to another one. */
export function zeroCounters(maps: CoreMaps, policy: number, stats: number, steps: number): void {
  const hits = maps.get("emptcp_hits");
  hits.update(key(policy), Buffer.alloc(hits.transferSize));
  const counts = maps.get("emptcp_step_count");
  const zero = Buffer.alloc(counts.transferSize);
  for (let i = 0; i < steps; i++) {
    counts.update(key(stats + i), zero);
    maps.verdicts.zero(stats + i);
  }
  const refusals = maps.get("emptcp_refusals");
  const stale = [...refusals.keys()].filter((k) => {
    const slot = k.readUInt32LE(0);
    return slot >= stats && slot < stats + steps;
  });
  for (const k of stale) refusals.delete(k);
}
