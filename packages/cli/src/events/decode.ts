import type { GenerationManifest } from "@emptcp/core";

/** One record that a step wrote (struct emptcp_event in docs/protocol.md, numbers in host byte order). */
export interface EventRecord {
  /** Nanoseconds since boot, suspend included. */
  readonly timeNs: bigint;
  /** Chosen by the module. */
  readonly kind: number;
  readonly version: number;
  /** Where it came from; undefined when that policy is gone. */
  readonly source: EventSource | undefined;
  /** The module's own fields. */
  readonly data: Buffer;
}

export interface EventSource {
  readonly set: string;
  readonly policy: string;
  readonly hook: string;
  readonly module: string;
  /** Position in the chain, from 1. */
  readonly step: number;
}

const HEADER = 24;

/** Finds the step whose counter this is: the last step has the policy's first one. */
function sourceOf(slot: number, manifest: GenerationManifest): EventSource | undefined {
  for (const { set, name, hook, stats, steps } of manifest.policies) {
    const position = steps.length - 1 - (slot - stats);
    const step = steps[position];
    if (slot >= stats && step) return { set, policy: name, hook, module: step.module, step: position + 1 };
  }
  return undefined;
}

/** Reads one record; undefined when it is shorter than it says. */
export function decodeEvent(bytes: Buffer, manifest: GenerationManifest): EventRecord | undefined {
  if (bytes.length < HEADER) return undefined;
  const length = bytes.readUInt16LE(12);
  if (length < HEADER || length > bytes.length) return undefined;
  return {
    timeNs: bytes.readBigUInt64LE(0),
    kind: bytes.readUInt16LE(8),
    version: bytes.readUInt16LE(10),
    source: sourceOf(bytes.readUInt32LE(20), manifest),
    // The buffer belongs to the ring and is overwritten later.
    data: Buffer.from(bytes.subarray(HEADER, length)),
  };
}
