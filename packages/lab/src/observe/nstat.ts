import type { Host } from "../testbed/host.js";

/** Counters of a namespace by name, e.g. MPTcpExtMPJoinSynRx; those never counted are absent. */
export type Counters = Readonly<Record<string, number>>;

/** Names that count what only a broken connection does: fallback to TCP, resets, data that does not add up. */
const HARM = /^MPTcpExt(.*Fallback.*|MPRst.*|MPFail.*|DSS.*|DataCsumErr|Blackhole|InfiniteMap.*)$/;

/** Reads all network counters of a host. */
export function readCounters(host: Host): Counters {
  const { kernel } = JSON.parse(host.runNow(["nstat", "--json", "-as"])) as {
    kernel: Record<string, number>;
  };
  return Object.fromEntries(Object.entries(kernel).filter(([, value]) => value !== 0));
}

/** What was counted between two readings. */
export function counterDelta(before: Counters, after: Counters): Counters {
  const entries = Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== 0));
}

/** The counters that show harm done to a connection; empty when every connection kept its MPTCP. */
export function harmIn(counters: Counters): Counters {
  return Object.fromEntries(Object.entries(counters).filter(([name]) => HARM.test(name)));
}
