import type { EngineEvent } from "@emptcp/core";
import { PcapngWriter } from "@emptcp/core/dissect";
import type { WallClock } from "../trace/describe.js";

/** Module and event that hold packets. */
export const COPIED = { module: "copy", event: "copied" } as const;

/** A part of a packet, as the actor `copy` tells it (copy.bpf.c). */
interface Part {
  readonly packet: bigint;
  readonly length: number;
  readonly captured: number;
  readonly offset: number;
  readonly ifindex: number;
  readonly size: number;
  readonly layer3: number;
  readonly bytes: Uint8Array;
}

interface Pending {
  readonly first: EngineEvent;
  readonly part: Part;
  readonly parts: Uint8Array[];
  size: number;
}

/** Packets that wait for their other parts; parts may be lost. */
const MOST_PENDING = 64;

/** The packet's place in the policies: `web/slow, step 2`. */
function placeOf({ set, policy, step }: EngineEvent): string {
  if (set === undefined || policy === undefined || step === undefined) return "a policy that is gone";
  return `${set}/${policy}, step ${step + 1}`;
}

/** Puts copied packets together and writes them as a capture. */
export class CopyCapture {
  readonly #writer: PcapngWriter;
  readonly #clock: WallClock;
  readonly #nameOf: (ifindex: number) => string;
  readonly #interfaces = new Map<string, number>();
  readonly #pending = new Map<bigint, Pending>();

  /** @param nameOf name of an interface by its index */
  constructor(
    write: (block: Buffer) => void,
    application: string,
    clock: WallClock,
    nameOf: (ifindex: number) => string,
  ) {
    this.#writer = new PcapngWriter(write, application);
    this.#clock = clock;
    this.#nameOf = nameOf;
  }

  /** Takes one part. @returns how many packets it made the capture longer by */
  add(event: EngineEvent): number {
    const part = event.data as unknown as Part;
    const known = this.#pending.get(part.packet);
    const pending = known ?? { first: event, part, parts: [], size: 0 };
    if (part.offset !== pending.size) return 0; // what was before it is lost: the packet ends there
    pending.parts.push(part.bytes.subarray(0, part.size));
    pending.size += part.size;
    if (pending.size >= part.captured) {
      this.#pending.delete(part.packet);
      this.#write(pending);
      return 1;
    }
    this.#pending.set(part.packet, pending);
    return this.#pending.size > MOST_PENDING ? this.#writeOldest() : 0;
  }

  /** Writes packets whose other parts did not come, as far as they came. */
  end(): void {
    while (this.#writeOldest() > 0);
  }

  #writeOldest(): number {
    for (const [packet, pending] of this.#pending) {
      this.#pending.delete(packet);
      this.#write(pending);
      return 1;
    }
    return 0;
  }

  #write({ first, part, parts }: Pending): void {
    this.#writer.addPacket({
      interface: this.#interface(part),
      time: this.#clock(first.time),
      bytes: Buffer.concat(parts),
      length: part.length,
      direction: first.hook === "tc-egress" ? "out" : "in",
      id: part.packet,
      comments: [`emptcp: copied by ${placeOf(first)}${first.hook ? ` at ${first.hook}` : ""}`],
    });
  }

  #interface({ ifindex, layer3 }: Part): number {
    const link = layer3 ? ("ip" as const) : ("ethernet" as const);
    const name = this.#nameOf(ifindex);
    const known = this.#interfaces.get(`${link} ${name}`);
    if (known !== undefined) return known;
    const added = this.#writer.addInterface({ name, link });
    this.#interfaces.set(`${link} ${name}`, added);
    return added;
  }
}
