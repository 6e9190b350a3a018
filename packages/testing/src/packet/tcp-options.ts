import { concat, toBytes, uint, type Bytes } from "./bytes.js";

/** One encoded TCP option. */
export interface TcpOption {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function option(name: string, kind: number, data: Uint8Array): TcpOption {
  return { name, bytes: concat(uint(kind, 1), uint(2 + data.length, 1), data) };
}

/** Constructors of TCP options. */
export const opt = {
  /** No-operation, one byte (RFC 9293). */
  nop: { name: "nop", bytes: Uint8Array.of(1) } as TcpOption,
  /** End of option list, one byte (RFC 9293). */
  eol: { name: "eol", bytes: Uint8Array.of(0) } as TcpOption,
  /** Maximum segment size in bytes (RFC 9293), SYN only. */
  mss: (bytes: number): TcpOption => option("mss", 2, uint(bytes, 2)),
  /** Window scale (RFC 7323): the window is shifted left by this count, SYN only. */
  wscale: (shift: number): TcpOption => option("wscale", 3, uint(shift, 1)),
  /** SACK permitted (RFC 2018), SYN only. */
  sackPermitted: (): TcpOption => option("sackPermitted", 4, new Uint8Array()),
  /** Selective acknowledgement blocks (RFC 2018): left edge, first sequence number after the block. */
  sack: (...blocks: readonly (readonly [left: number, right: number])[]): TcpOption =>
    option("sack", 5, concat(...blocks.flatMap(([left, right]) => [uint(left, 4), uint(right, 4)]))),
  /** Timestamps (RFC 7323): TSval and TSecr. */
  timestamps: (value: number, echo: number): TcpOption =>
    option("timestamps", 8, concat(uint(value, 4), uint(echo, 4))),
  /** Any option. @param length the length byte, right or wrong; by default the true one */
  raw: (kind: number, data: Bytes = [], length?: number): TcpOption => {
    const bytes = toBytes(data);
    return { name: "raw", bytes: concat(uint(kind, 1), uint(length ?? 2 + bytes.length, 1), bytes) };
  },
  /** Bytes put into the option area as they are, an option or not. */
  bytes: (bytes: Bytes): TcpOption => ({ name: "bytes", bytes: toBytes(bytes) }),
} as const;
