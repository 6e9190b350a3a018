import { TCP_FLAGS, type TcpFlag } from "@emptcp/core/dissect";
import { concat, toBytes, uint, type Bytes } from "./bytes.js";
import { upperChecksum, type ChecksumMode } from "./checksum.js";
import { encodeIpPacket, pseudoHeaderOf, type IpPacketFields } from "./ip.js";
import { linkOf } from "./link.js";
import { Packet } from "./packet.js";
import type { TcpOption } from "./tcp-options.js";

export { TCP_FLAGS };
export type { TcpFlag };

/** TCP header fields (RFC 9293). Whatever is left out is computed or gets the default. */
export interface TcpFields extends IpPacketFields {
  /** Default 40000. */
  readonly sport?: number;
  /** Default 8080. */
  readonly dport?: number;
  /** Default 1. */
  readonly seq?: number;
  /** Default 1 when the ACK flag is set, else 0. */
  readonly ack?: number;
  /** Default ["ack"]. */
  readonly flags?: readonly TcpFlag[];
  /** Before scaling (default 65535). */
  readonly window?: number;
  readonly urgent?: number;
  readonly options?: readonly TcpOption[];
  /** Fills the options up to a multiple of 4 (default "nop", as Linux does; "eol" is 0). */
  readonly optionPadding?: "nop" | "eol";
  /** Header length in 32-bit words. */
  readonly dataOffset?: number;
  readonly checksum?: ChecksumMode;
  readonly payload?: Bytes;
}

function encodeOptions(fields: TcpFields): Uint8Array {
  const options = concat(...(fields.options ?? []).map((option) => option.bytes));
  const padding = new Uint8Array((4 - (options.length % 4)) % 4).fill(fields.optionPadding === "eol" ? 0 : 1);
  if (options.length + padding.length > 40 && fields.dataOffset === undefined) {
    throw new RangeError(
      `encode TCP options: ${options.length} bytes given, at most 40 fit; set dataOffset to build it anyway`,
    );
  }
  return concat(options, padding);
}

function encode(fields: TcpFields): Uint8Array {
  const options = encodeOptions(fields);
  const flags = fields.flags ?? ["ack"];
  const bits = flags.reduce((sum, flag) => sum | (1 << TCP_FLAGS.indexOf(flag)), 0);
  const segment = concat(
    uint(fields.sport ?? 40000, 2),
    uint(fields.dport ?? 8080, 2),
    uint(fields.seq ?? 1, 4),
    uint(fields.ack ?? (flags.includes("ack") ? 1 : 0), 4),
    uint((((fields.dataOffset ?? 5 + options.length / 4) & 15) << 12) | bits, 2),
    uint(fields.window ?? 65535, 2),
    uint(0, 2),
    uint(fields.urgent ?? 0, 2),
    options,
    toBytes(fields.payload),
  );
  const pseudo = pseudoHeaderOf(fields.ip, 6, segment.length);
  segment.set(uint(upperChecksum(pseudo, segment, fields.checksum ?? "good"), 2), 16);
  return encodeIpPacket(fields, 6, segment);
}

/** Builds a TCP segment inside IP and Ethernet. */
export function tcp(fields: TcpFields = {}): Packet<TcpFields> {
  return new Packet(encode, fields, linkOf(fields));
}
