import type { Engine, TraceFilter, TraceHop, TraceOptions } from "@emptcp/core";
import { until } from "./support.js";

/** A trace that runs, with what it has told so far. */
export interface Running {
  readonly hops: TraceHop[];
  lost(): bigint;
  /** Ends it and waits until it is off. */
  end(): Promise<void>;
}

/** Begins a trace and waits until the kernel traces. */
export async function begin(
  engine: Engine,
  filter: TraceFilter = {},
  options: TraceOptions = {},
): Promise<Running> {
  const abort = new AbortController();
  const hops: TraceHop[] = [];
  let done: Promise<void> = Promise.resolve();
  const trace = await new Promise<ReturnType<Engine["trace"]>>((resolve, reject) => {
    const t = engine.trace(filter, { ...options, signal: abort.signal, onStart: () => resolve(t) });
    done = (async () => {
      for await (const hop of t) hops.push(hop);
    })();
    done.catch(reject);
  });
  const end = async (): Promise<void> => {
    abort.abort();
    await done;
  };
  return { hops, lost: () => trace.lost(), end };
}

/** What a trace tells of the packets that `send` sends; `count`: packets to wait for. */
export async function traced(
  engine: Engine,
  filter: TraceFilter,
  count: number,
  send: () => unknown,
  options: TraceOptions = {},
): Promise<TraceHop[]> {
  const trace = await begin(engine, filter, options);
  try {
    await send();
    const complete = (): number => trace.hops.filter((h) => h.final !== undefined).length;
    await until(`${count} traced packets, ${complete()} seen`, () => complete() >= count);
    await new Promise((resume) => setTimeout(resume, 20)); // those that should not come
    return trace.hops;
  } finally {
    await trace.end();
  }
}

/** A hop in few words. */
export function short({ at, policy, step, result, final }: TraceHop): string {
  const where = at === "entry" ? "entry" : `${step?.index} ${step?.module}`;
  return [policy?.name ?? "-", where, result, ...(final ? [`-> ${final}`] : [])].join(" ");
}

/** Hops in few words, by packet. */
export function byPacket(hops: readonly TraceHop[]): string[][] {
  const packets = new Map<bigint, string[]>();
  for (const hop of hops) packets.set(hop.packet, [...(packets.get(hop.packet) ?? []), short(hop)]);
  return [...packets.values()];
}
