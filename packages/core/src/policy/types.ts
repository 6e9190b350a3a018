import type { Hook } from "../module/types.js";
import type { Json } from "../params/types.js";

/** Parameters as the user writes them: plain data. */
export type Params = Readonly<Record<string, Json>>;

/** One element of a chain. */
export interface Step {
  readonly kind: "step";
  readonly module: string;
  readonly params: Params;
  /** Directory of the module's package, when it was imported rather than named. */
  readonly root?: string;
}

/** A selector with what it shall find. */
export interface Match {
  readonly kind: "match";
  readonly module: string;
  readonly params: Params;
  readonly root?: string;
}

export type Condition =
  | Match
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition };

export type OnError = "pass" | "drop";

/** Packets that match `when` go through `chain`. */
export interface Policy {
  readonly name: string;
  readonly when: Condition;
  readonly chain: readonly Step[];
  /** The higher number wins; 0 unless given. */
  readonly priority: number;
  /** The next matching policy runs too, after this chain. */
  readonly continue: boolean;
  /** What happens to a packet when a step fails. */
  readonly onError: OnError;
  /** Most rules it can hold besides those of `when`. */
  readonly capacity?: number;
}

export type XdpMode = "native" | "generic" | "auto";

/** Interfaces by hook: names and patterns, `eth0`, `eth*`, `*`, `ns/eth0`, `ns/*`. */
export interface Attach {
  readonly xdp?: { readonly interfaces: readonly string[]; readonly mode: XdpMode };
  readonly "tc-ingress"?: readonly string[];
  readonly "tc-egress"?: readonly string[];
}

/** Policies that are attached together; plain data. */
export interface PolicySet {
  readonly name: string;
  readonly attach: Attach;
  readonly policies: readonly Policy[];
  /** Package to use for a module name, where several provide it. */
  readonly modules?: Readonly<Record<string, string>>;
}

/** Address family; 0 stands for every packet. */
export type Family = 0 | 4 | 6;

/** What one selector's key must be: equal to `value` where `mask` has ones. */
export interface Piece {
  readonly selector: string;
  readonly family: Family;
  /** Bytes of that selector's key struct of that family (of the larger one for family 0); zero where the mask is zero. */
  readonly value: Uint8Array;
  readonly mask: Uint8Array;
}

/** A negated match: the packet must hit none of the pieces. */
export interface Literal {
  /** Canonical text: equal text means equal pieces. */
  readonly id: string;
  readonly pieces: readonly Piece[];
}

/** One way for a condition to hold: every piece is hit and no negative is. */
export interface Conjunct {
  readonly family: Family;
  /** At most one for each selector, sorted by selector name. */
  readonly pieces: readonly Piece[];
  /** Sorted by id. */
  readonly negatives: readonly Literal[];
}

/** What the reference evaluator knows about a packet. */
export interface PacketFacts {
  /** 0: not IP. */
  readonly family: Family;
  readonly src?: bigint;
  readonly dst?: bigint;
  /** IP protocol number, e.g. 6 for TCP. */
  readonly proto?: number;
  /** Absent when the packet has no ports (ICMP, later fragments). */
  readonly sport?: number;
  readonly dport?: number;
  /** Keys of other selectors, by selector and parameter; absent: that selector misses. */
  readonly keys?: Readonly<Record<string, Readonly<Record<string, bigint>>>>;
}

/** A policy on a hook, in the order in which policies are considered. */
export interface RankedPolicy {
  readonly set: string;
  readonly policy: Policy;
  readonly hook: Hook;
}

/** Two policies that some packet may match both. */
export interface Overlap {
  readonly hook: Hook;
  /** `set/policy` that comes first. */
  readonly first: string;
  readonly second: string;
  /** A family and pieces that both match. */
  readonly example: string;
  /** The first one lets the second run too. */
  readonly continues: boolean;
}
