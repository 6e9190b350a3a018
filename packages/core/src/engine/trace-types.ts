import type { PacketHook } from "./layout.js";

/** Which packets to trace; what is left out matches all, so `{}` traces every packet. */
export interface TraceFilter {
  /** Protocol after the IP header: a name, or its number. `icmp` is ICMP and ICMPv6. */
  readonly proto?: "tcp" | "udp" | "icmp" | number;
  /** One end of the packets; the source where `direction` is `a-to-b`. */
  readonly a?: TraceEnd;
  /** The other end. */
  readonly b?: TraceEnd;
  /** `both` (default): either end may send; `a-to-b`: only packets from `a` to `b`. */
  readonly direction?: "both" | "a-to-b";
  /** One of so many matching packets, counted on each CPU; default 1: all. */
  readonly sample?: number;
  /** Packets to trace at most; the kernel stops by itself. */
  readonly limit?: number;
}

/** One end of a packet. */
export interface TraceEnd {
  /** IPv4 or IPv6 address, or prefix: `"10.0.0.1"`, `"fd00::/8"`. */
  readonly address?: string;
  /** TCP or UDP port, or range of ports: `"443"`, `"8000-8100"`. */
  readonly port?: string;
}

/** How a trace runs. */
export interface TraceOptions {
  /** Ends the trace when it is aborted. */
  readonly signal?: AbortSignal;
  /** Bytes to keep of each packet, from its first header on: 0 to 256, default 128. */
  readonly capture?: number;
  /** Size of the ring buffer, rounded up to a power of two of at least a page; default 4 MiB. */
  readonly ringBytes?: number;
  /** Ends the trace after so many packets have been told to their end. */
  readonly packets?: number;
  /** Called when the kernel traces from now on. */
  readonly onStart?: () => void;
}

/** What became of a packet at a hop; a number that no hook knows as a verdict is `other`. */
export type TraceResult =
  | "chain"
  | "none"
  | "next"
  | "pass"
  | "drop"
  | "redirect"
  | "again"
  | "fail"
  | "missed"
  | `other ${number}`;

/** A packet at one program: at the entry, which matches it, or at a step of a chain. */
export interface TraceHop {
  /** The same for all hops of one packet at one hook; never given twice in a trace. */
  readonly packet: bigint;
  /** CLOCK_BOOTTIME in ns when the hop began. */
  readonly time: bigint;
  readonly cpu: number;
  readonly hook: PacketHook;
  readonly port: {
    readonly id: number;
    readonly name: string;
    readonly netns?: string;
    /** The packet begins with its IP header. */
    readonly layer3: boolean;
  };
  readonly at: "entry" | "step";
  /** The generation whose programs and policies the packet met. */
  readonly generation: number;
  /** At the entry: what matched, absent when nothing did. At a step: whose chain runs. */
  readonly policy?: { readonly set: string; readonly name: string };
  /** At the entry: id of the user's rule that matched; absent for a policy's own condition. */
  readonly rule?: number;
  /** Which step, counted from 0. */
  readonly step?: { readonly index: number; readonly module: string; readonly version: string };
  /**
   * `chain`: the chain of `policy` begins; `none`: no policy matches; `next`: on to the next step, or to matching
   * (`continue`); `pass` also where the last step ends the chain. A `missed` hop follows the hop of the same
   * program whose `chain` or `next` led nowhere.
   */
  readonly result: TraceResult;
  /** What became of the packet when this hop ended its way through this hook; absent: another hop follows. */
  readonly final?: "pass" | "drop" | "redirect" | `other ${number}`;
  /** Nanoseconds of matching (entry, parsing excluded) or of the step's body, the clock included. */
  readonly ns: number;
  /** Bytes of the whole packet. */
  readonly length: { readonly before: number; readonly after: number };
  /** First bytes of the packet before the hop; the same as `after` at an entry, empty at a `missed` hop. */
  readonly before: Buffer;
  readonly after: Buffer;
}

/** A trace; iterating over it switches it on, leaving the loop (however) switches it off. */
export interface Trace extends AsyncIterable<TraceHop> {
  /** Hops that were not told because the ring buffer was full or nobody read; exact after the trace, too. */
  lost(): bigint;
}
