import type { Value } from "../../values/types.js";
import type { PacketHook } from "../layout.js";

/** Something that a module told, with where it happened. */
export interface EngineEvent<Name extends string = string, Data = Readonly<Record<string, Value>>> {
  /** Nanoseconds since boot, suspended time included (CLOCK_BOOTTIME). */
  readonly time: bigint;
  /** Module name, e.g. `record`. */
  readonly module: string;
  readonly package: string;
  /** Version of the package whose program told it, which may have been replaced since. */
  readonly version: string;
  /** Name of the event; `log` for `emptcp_log()`, whose data is `{ text }`. */
  readonly event: Name;
  /** Policy set; absent for selectors, and when the policy is gone. */
  readonly set?: string;
  readonly policy?: string;
  readonly hook?: PacketHook;
  /** Position in the chain, from 0. */
  readonly step?: number;
  /** The members of the event's type. */
  readonly data: Data;
}

/** A record that could not be read. */
export interface EventProblem {
  /** What is wrong, e.g. `event 3 of record 1.2.0 is not in its manifest`. */
  readonly reason: string;
  /** The whole record. */
  readonly record: Buffer;
}

/** Which events to read, and for how long. */
export interface EventOptions {
  /** Ends the stream; what was read before is still handed over. */
  readonly signal?: AbortSignal;
  /** Only those of this module, by its name or its package; the others are taken out of the buffer, too. */
  readonly module?: string;
  /** Only those with this name. */
  readonly event?: string;
  /** Messages of `emptcp_log()` come, too; default: no. */
  readonly log?: boolean;
  /** Waiting for events does not keep the process alive. */
  readonly unref?: boolean;
  /** Is told of a record that cannot be read; the stream goes on. They are counted by `damaged()`, too. */
  readonly onProblem?: (problem: EventProblem) => void;
  /** Is told when events were lost: how many more, within half a second. */
  readonly onLost?: (more: bigint) => void;
}
