import { parseAddress } from "./address.js";
import { concat, toBytes, uint, type Bytes } from "./bytes.js";

/** One IPv6 extension header; `encode` gets the protocol number of what follows. */
export interface Ipv6Extension {
  readonly protocol: number;
  readonly encode: (nextHeader: number) => Uint8Array;
}

/** IPv6 header fields (RFC 8200). Whatever is left out is computed or gets the default. */
export interface Ipv6Fields {
  /** Default "fd00::1". */
  readonly src?: string;
  /** Default "fd00::2". */
  readonly dst?: string;
  readonly trafficClass?: number;
  readonly flowLabel?: number;
  /** Default 64. */
  readonly hopLimit?: number;
  /** Extension headers, outermost first. */
  readonly extensions?: readonly Ipv6Extension[];
  /** Next header field of the fixed header. */
  readonly nextHeader?: number;
  /** Payload length field. */
  readonly length?: number;
  /** The version nibble (default 6). */
  readonly versionNibble?: number;
}

function optionsHeader(protocol: number, options: Bytes): Ipv6Extension {
  const given = toBytes(options);
  return {
    protocol,
    encode: (nextHeader) => {
      // The header is a multiple of 8 bytes; the rest is filled with one-byte Pad1 options (RFC 8200, 4.2).
      const length = Math.ceil((2 + given.length) / 8) * 8;
      return concat(
        uint(nextHeader, 1),
        uint(length / 8 - 1, 1),
        given,
        new Uint8Array(length - 2 - given.length),
      );
    },
  };
}

/** Hop-by-hop options header (RFC 8200, 4.3). @param options encoded options, without the padding */
export function hopByHop(options: Bytes = [5, 2, 0, 0]): Ipv6Extension {
  return optionsHeader(0, options);
}

/** Destination options header (RFC 8200, 4.6). @param options encoded options, without the padding */
export function destinationOptions(options: Bytes = [1, 4, 0, 0, 0, 0]): Ipv6Extension {
  return optionsHeader(60, options);
}

/** Routing header (RFC 8200, 4.4). @param data type-specific data, a multiple of 8 bytes plus 4 */
export function routing(fields: { type?: number; segmentsLeft?: number; data?: Bytes } = {}): Ipv6Extension {
  const data = toBytes(fields.data ?? [0, 0, 0, 0]);
  return {
    protocol: 43,
    encode: (nextHeader) =>
      concat(
        uint(nextHeader, 1),
        uint((4 + data.length) / 8 - 1, 1),
        uint(fields.type ?? 253, 1),
        uint(fields.segmentsLeft ?? 0, 1),
        data,
      ),
  };
}

/** Fragment header (RFC 8200, 4.5). @param fields `offset` in bytes, a multiple of 8 */
export function fragmentHeader(fields: { offset?: number; more?: boolean; id?: number } = {}): Ipv6Extension {
  const offset = fields.offset ?? 0;
  if (offset % 8 !== 0) throw new RangeError(`encode IPv6 fragment offset: ${offset} is not a multiple of 8`);
  return {
    protocol: 44,
    encode: (nextHeader) =>
      concat(
        uint(nextHeader, 1),
        uint(0, 1),
        uint(offset | (fields.more ? 1 : 0), 2),
        uint(fields.id ?? 1, 4),
      ),
  };
}

/** Encodes fixed header, extension headers and payload. @param protocol number of the upper-layer protocol */
export function encodeIpv6(fields: Ipv6Fields, protocol: number, payload: Uint8Array): Uint8Array {
  const extensions = fields.extensions ?? [];
  const encoded = extensions.map((extension, i) => extension.encode(extensions[i + 1]?.protocol ?? protocol));
  const body = concat(...encoded, payload);
  const first =
    (BigInt(fields.versionNibble ?? 6) << 28n) |
    (BigInt(fields.trafficClass ?? 0) << 20n) |
    BigInt(fields.flowLabel ?? 0);
  return concat(
    uint(first, 4),
    uint(fields.length ?? body.length, 2),
    uint(fields.nextHeader ?? extensions[0]?.protocol ?? protocol, 1),
    uint(fields.hopLimit ?? 64, 1),
    parseAddress(fields.src ?? "fd00::1"),
    parseAddress(fields.dst ?? "fd00::2"),
    body,
  );
}
