/** Bytes of struct emptcp_event (event.bpf.h, docs/protocol.md). */
export const HEADER = 24;
/** Kind of what emptcp_log writes. */
export const LOG_KIND = 0xffff;

/** A record of `emptcp_events`, its payload not yet read. */
export interface EventRecord {
  readonly time: bigint;
  /** Number of the build of the module that wrote it. */
  readonly module: number;
  readonly kind: number;
  readonly version: number;
  /** Number of the policy; means nothing for selectors. */
  readonly policy: number;
  readonly slot: number;
  readonly payload: Buffer;
}

/** Takes a record apart; undefined when its length is not what it says. */
export function readRecord(bytes: Buffer): EventRecord | undefined {
  if (bytes.length < HEADER) return undefined;
  const length = bytes.readUInt16LE(14);
  if (length < HEADER || length > bytes.length) return undefined;
  return {
    time: bytes.readBigUInt64LE(0),
    module: bytes.readUInt16LE(8),
    kind: bytes.readUInt16LE(10),
    version: bytes.readUInt16LE(12),
    policy: bytes.readUInt32LE(16),
    slot: bytes.readUInt32LE(20),
    payload: bytes.subarray(HEADER, length),
  };
}
