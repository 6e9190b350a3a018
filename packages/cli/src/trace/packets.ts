import type { TraceHop } from "@emptcp/core";

/** All that is known of one packet at one hook. */
export interface TracedPacket {
  readonly id: bigint;
  readonly hops: readonly TraceHop[];
  /** False when some of its records were lost, or the trace ended before it did. */
  readonly complete: boolean;
}

/** Packets that are waited for at most; a kernel that loses no record needs one for each CPU. */
const MOST = 4096;
/** Nanoseconds after which the rest of a packet does not come any more. */
const PATIENCE = 1_000_000_000n;

/** Joins hops to packets; the hops of one packet come in their order, those of several mix. */
export class PacketJoiner {
  readonly #open = new Map<bigint, TraceHop[]>();

  /** Takes one hop. @returns packets that are told to their end, and those that will never be */
  add(hop: TraceHop): TracedPacket[] {
    const hops = this.#open.get(hop.packet);
    if (hops) hops.push(hop);
    else this.#open.set(hop.packet, [hop]);
    const done = this.#overdue(hop.time);
    if (hop.final === undefined) return done;
    const all = hops ?? [hop];
    this.#open.delete(hop.packet);
    done.push({ id: hop.packet, hops: all, complete: all[0]?.at === "entry" });
    return done;
  }

  /** Gives up what is open. */
  rest(): TracedPacket[] {
    const left = [...this.#open].map(([id, hops]) => ({ id, hops, complete: false }));
    this.#open.clear();
    return left;
  }

  #overdue(now: bigint): TracedPacket[] {
    const found: TracedPacket[] = [];
    for (const [id, hops] of this.#open) {
      const last = hops.at(-1)?.time ?? 0n;
      if (this.#open.size <= MOST && now - last < PATIENCE) break;
      this.#open.delete(id);
      found.push({ id, hops, complete: false });
    }
    return found;
  }
}
