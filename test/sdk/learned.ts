import type { BpfMap } from "@emptcp/core/libbpf";

export const KINDS = ["unknown", "plain", "initial", "joined"] as const;

/** One end of a subflow, struct emptcp_end. */
interface End {
  readonly isn: number;
  readonly nonce: number;
  /** undefined: not known. */
  readonly wscale: number | undefined;
  readonly addressId: number;
  readonly backup: boolean;
}

export interface LearnedSubflow {
  readonly connection: number;
  readonly kind: (typeof KINDS)[number];
  readonly version: number;
  readonly done: boolean;
  /** In the MP_JOIN of its SYN; 0 without one. */
  readonly token: number;
  /** The end that opened the subflow, and the other one. */
  readonly initiator: End;
  readonly responder: End;
}

export interface LearnedConnection {
  readonly keys: readonly [initiator: bigint | undefined, responder: bigint | undefined];
  readonly idsns: readonly [bigint, bigint];
  readonly tokens: readonly [number, number];
  readonly joins: number;
  readonly checksum: boolean;
  readonly notInitial: boolean;
  readonly version: number;
}

function endAt(value: Buffer, at: number): End {
  const wscale = value.readUInt8(at + 8);
  return {
    isn: value.readUInt32LE(at),
    nonce: value.readUInt32LE(at + 4),
    wscale: wscale === 0xff ? undefined : wscale,
    addressId: value.readUInt8(at + 9),
    backup: value.readUInt8(at + 10) === 1,
  };
}

/** Everything in `emptcp_subflows`, by port of the initiator. */
export function subflowsIn(map: BpfMap): Map<number, LearnedSubflow> {
  const found = [...map.keys()].map((key): [number, LearnedSubflow] => {
    const value = map.lookup(key) ?? Buffer.alloc(48);
    const initiator = value.readUInt8(14);
    const subflow: LearnedSubflow = {
      connection: value.readUInt32LE(8),
      kind: KINDS[value.readUInt8(12)] ?? "unknown",
      version: value.readUInt8(13),
      done: value.readUInt8(15) === 1,
      token: value.readUInt32LE(40),
      initiator: endAt(value, 16 + 12 * initiator),
      responder: endAt(value, 16 + 12 * (1 - initiator)),
    };
    return [key.readUInt16BE(32 + 2 * initiator), subflow];
  });
  return new Map(found);
}

/** Everything in `emptcp_conns`, by key. */
export function connectionsIn(map: BpfMap): Map<number, LearnedConnection> {
  const found = [...map.keys()].map((key): [number, LearnedConnection] => {
    const value = map.lookup(key) ?? Buffer.alloc(96);
    const flags = value.readUInt8(52);
    const at = (i: number): bigint => value.readBigUInt64LE(8 * i);
    return [
      key.readUInt32LE(0),
      {
        keys: [flags & 1 ? at(0) : undefined, flags & 2 ? at(1) : undefined],
        idsns: [at(2), at(3)],
        tokens: [value.readUInt32LE(40), value.readUInt32LE(44)],
        joins: value.readUInt32LE(48),
        checksum: (flags & 4) !== 0,
        notInitial: (flags & 8) !== 0,
        version: value.readUInt8(53),
      },
    ];
  });
  return new Map(found);
}
