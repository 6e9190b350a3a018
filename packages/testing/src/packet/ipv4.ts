import { parseAddress } from "./address.js";
import { concat, toBytes, uint, type Bytes } from "./bytes.js";
import { upperChecksum, type ChecksumMode } from "./checksum.js";

/** IPv4 header fields (RFC 791). Whatever is left out is computed or gets the default. */
export interface Ipv4Fields {
  /** Default "10.0.0.1". */
  readonly src?: string;
  /** Default "10.0.0.2". */
  readonly dst?: string;
  /** Former TOS octet: DSCP and ECN (default 0). */
  readonly tos?: number;
  readonly id?: number;
  /** Default 64. */
  readonly ttl?: number;
  /** "Don't fragment" bit; default true unless the packet is a fragment. */
  readonly df?: boolean;
  /** "More fragments" bit (default false). */
  readonly mf?: boolean;
  /** Fragment offset in bytes, a multiple of 8 (default 0). */
  readonly offset?: number;
  /** Option bytes; padded with 0 (end of list) to a multiple of 4. */
  readonly options?: Bytes;
  readonly protocol?: number;
  /** Header length in 32-bit words. */
  readonly ihl?: number;
  /** Total length in bytes. */
  readonly length?: number;
  readonly checksum?: ChecksumMode;
  /** The version nibble (default 4). */
  readonly versionNibble?: number;
}

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;

/** Encodes header and payload. @param protocol used unless the fields name another */
export function encodeIpv4(fields: Ipv4Fields, protocol: number, payload: Uint8Array): Uint8Array {
  const given = toBytes(fields.options);
  const options = concat(given, new Uint8Array((4 - (given.length % 4)) % 4));
  const headerLength = 20 + options.length;
  if (headerLength > 60 && fields.ihl === undefined) {
    throw new RangeError(
      `encode IPv4 options: ${options.length} bytes given, at most 40 fit; set ihl to build it anyway`,
    );
  }
  const offset = fields.offset ?? 0;
  if (offset % 8 !== 0) throw new RangeError(`encode IPv4 fragment offset: ${offset} is not a multiple of 8`);
  const fragment = offset > 0 || fields.mf === true;
  const flags = ((fields.df ?? !fragment) ? DONT_FRAGMENT : 0) | (fields.mf ? MORE_FRAGMENTS : 0);
  const header = concat(
    uint(((fields.versionNibble ?? 4) << 4) | ((fields.ihl ?? headerLength / 4) & 15), 1),
    uint(fields.tos ?? 0, 1),
    uint(fields.length ?? headerLength + payload.length, 2),
    uint(fields.id ?? 0, 2),
    uint(flags | (offset / 8), 2),
    uint(fields.ttl ?? 64, 1),
    uint(fields.protocol ?? protocol, 1),
    uint(0, 2),
    parseAddress(fields.src ?? "10.0.0.1"),
    parseAddress(fields.dst ?? "10.0.0.2"),
    options,
  );
  header.set(uint(upperChecksum(new Uint8Array(), header, fields.checksum ?? "good"), 2), 10);
  return concat(header, payload);
}
