import type { Trace, TraceFilter, TraceHop, TraceOptions } from "@emptcp/core";
import { interfaceName } from "./describe.js";
import { PacketJoiner, type TracedPacket } from "./packets.js";

/** What traces: an engine. */
export interface Tracer {
  trace(filter: TraceFilter, options?: TraceOptions): Trace;
}

/** Which packets to trace, and how many. */
export interface TraceRequest {
  readonly filter: TraceFilter;
  /** Only hops at this interface (`eth0` or `netns/eth0`) or hook. */
  readonly interface?: string;
  readonly hook?: string;
  /** Packets to tell. */
  readonly count?: number;
  /** Bytes to keep of each packet. */
  readonly capture: number;
  readonly signal: AbortSignal;
}

/** How a trace ended. */
export interface TraceEndReport {
  readonly packets: number;
  /** Packets that lack records. */
  readonly incomplete: number;
  /** Records that were lost. */
  readonly lost: bigint;
}

/** Milliseconds without a record after which a trace that lost some does not wait for its last packets. */
const QUIET = 1000;

function wanted(request: TraceRequest): (hop: TraceHop) => boolean {
  const { interface: name, hook } = request;
  return ({ port, hook: at }) =>
    (hook === undefined || hook === at) &&
    (name === undefined || name === port.name || name === interfaceName(port));
}

/** The kernel counts packets by itself, unless this side leaves some of them out. */
function kernelFilter({ filter, count, interface: name, hook }: TraceRequest): TraceFilter {
  return count === undefined || name !== undefined || hook !== undefined
    ? filter
    : { ...filter, limit: count };
}

/**
 * Traces until it is enough, and hands on each packet as soon as it is told to its end.
 *
 * @param drained what to wait for before the next packet: a slow reader loses records, which are counted, not memory
 */
export async function runTrace(
  engine: Tracer,
  request: TraceRequest,
  onPacket: (packet: TracedPacket) => void,
  drained?: () => Promise<void> | undefined,
): Promise<TraceEndReport> {
  const { count = Infinity, capture } = request;
  const enough = new AbortController();
  const { signal } = enough;
  const stop = (): void => enough.abort();
  if (request.signal.aborted) stop();
  request.signal.addEventListener("abort", stop);
  const trace = engine.trace(kernelFilter(request), { signal, capture });
  const joiner = new PacketJoiner();
  const take = wanted(request);
  let [packets, incomplete, lastHop] = [0, 0, Date.now()];
  const tell = (found: readonly TracedPacket[]): void => {
    for (const packet of found) {
      if (packets >= count) return;
      packets++;
      if (!packet.complete) incomplete++;
      onPacket(packet);
    }
    if (packets >= count) enough.abort();
  };
  const timer = setInterval(() => {
    if (count < Infinity && trace.lost() > 0n && Date.now() - lastHop > QUIET) enough.abort();
  }, QUIET);
  try {
    for await (const hop of trace) {
      lastHop = Date.now();
      if (take(hop)) tell(joiner.add(hop));
      await drained?.();
    }
  } finally {
    clearInterval(timer);
    request.signal.removeEventListener("abort", stop);
  }
  tell(joiner.rest());
  return { packets, incomplete, lost: trace.lost() };
}
