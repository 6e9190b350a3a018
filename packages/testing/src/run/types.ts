import type { Condition, Hook, OnError } from "@emptcp/core";
import type { PacketLike } from "../matchers/index.js";
import type { Verdict } from "./verdict.js";

/** Bytes that a module's map starts with: module name, map name, key and value pairs. */
export type InitialState = Readonly<
  Record<string, Readonly<Record<string, readonly (readonly [key: Uint8Array, value: Uint8Array])[]>>>
>;

/** How a chain is set up for a run. */
export interface ChainOptions {
  /** Which packets go through the chain (default: every one). */
  readonly when?: Condition;
  /** What becomes of a packet when a step fails (default "pass"). */
  readonly onError?: OnError;
  /** Let the next matching policy run afterwards (default false). */
  readonly continue?: boolean;
  /** Contents of module maps before the first packet. */
  readonly state?: InitialState;
}

/** Refusals that a step counted: what it could not do safely, and why. */
export interface RefusalCount {
  /** Position of the step in the chain, from 0. */
  readonly step: number;
  readonly module: string;
  /** Number of the reason, EMPTCP_REFUSED_* in the SDK. */
  readonly reason: number;
  readonly packets: number;
}

/** What the engine counted while one packet was run. */
export interface RunCounters {
  /** Packets that the policy matched: 0 or 1. */
  readonly matched: number;
  /** For each step of the chain, how often it ran. */
  readonly steps: readonly number[];
  /** Tail calls that found nothing, at the root, the entry or a step. */
  readonly missed: number;
  /** Steps that returned EMPTCP_FAIL. */
  readonly failed: number;
}

/** What came out of one packet. */
export interface RunResult {
  readonly verdict: Verdict;
  /** The packet afterwards. */
  readonly packet: Buffer;
  readonly counters: RunCounters;
  readonly refusals: readonly RefusalCount[];
  /** Bytes of XDP metadata left in front of the packet; 0 on TC. */
  readonly metadata: number;
}

/** How one packet is run. */
export interface PacketRunOptions {
  /**
   * On TC: the packet is a GSO packet whose segments have this many bytes, so its checksum is partial by
   * definition. A test run offers no other way to a partial checksum on TC.
   */
  readonly gsoSize?: number;
}

/** A chain that is loaded in the kernel and takes packets. */
export interface ChainRunner {
  readonly hook: Hook;
  /**
   * Sends one packet through root, entry and chain with BPF_PROG_TEST_RUN.
   * @throws RangeError for packets that the kernel's test run cannot take (see {@link untestable})
   */
  run(packet: PacketLike, options?: PacketRunOptions): RunResult;
  /** Removes everything from the kernel. */
  close(): Promise<void>;
}
