import { fromMapped, formatPrefix, maskPrefix, parsePrefix, toMapped, type Prefix } from "./prefix-text.js";
import { PREFIX4, PREFIX6, whole } from "./patterns.js";
import { ParamRefusal, type ParamDescriptor, type ParamKind } from "./types.js";

const words = (d: ParamDescriptor): string =>
  d.family === undefined
    ? 'an address or prefix such as "10.0.0.0/8" or "fd00::/16"'
    : `an IPv${d.family} address or prefix`;

/** Reads a prefix and refuses one whose host bits are set: it would match less or more than it seems to. */
export function readPrefix(input: unknown, expected: string): Prefix | ParamRefusal {
  const prefix = typeof input === "string" ? parsePrefix(input) : undefined;
  if (!prefix) return new ParamRefusal(expected);
  const masked = maskPrefix(prefix);
  if (Buffer.compare(masked.bytes, prefix.bytes) === 0) return prefix;
  return new ParamRefusal(
    "a prefix without host bits",
    `write "${formatPrefix(masked)}", or "${formatPrefix({ ...prefix, length: prefix.bytes.length * 8 })}" for the one address`,
  );
}

/**
 * `struct { __u8 address[16]; __u8 length; __u8 pad[3]; }`, address in network byte order, IPv4 mapped with
 * 96 added to its length; with `family: 4` `struct { __be32 address; __u8 length; __u8 pad[3]; }`.
 */
export const prefix: ParamKind<Prefix> = {
  parse: (input, d) => {
    const value = readPrefix(input, words(d));
    if (value instanceof ParamRefusal) return value;
    return (d.family ?? value.family) === value.family ? value : new ParamRefusal(words(d));
  },
  size: (d) => (d.family === 4 ? 8 : 20),
  align: (d) => (d.family === 4 ? 4 : 1),
  encode: (value, d, out, offset) => {
    const narrow = d.family === 4;
    out.fill(0, offset, offset + (narrow ? 8 : 20));
    out.set(narrow ? value.bytes : toMapped(value), offset);
    out.writeUInt8(
      narrow || value.family === 6 ? value.length : value.length + 96,
      offset + (narrow ? 4 : 16),
    );
  },
  decode: (bytes, offset, d) => {
    if (d.family === 4) {
      const address = Uint8Array.from(bytes.subarray(offset, offset + 4));
      return formatPrefix({ family: 4, bytes: address, length: bytes.readUInt8(offset + 4) });
    }
    const length = bytes.readUInt8(offset + 16);
    const address = fromMapped(bytes.subarray(offset, offset + 16));
    if (address.family === 4 && length >= 96) return formatPrefix({ ...address, length: length - 96 });
    return formatPrefix({ family: 6, bytes: Uint8Array.from(bytes.subarray(offset, offset + 16)), length });
  },
  schema: ({ family }) => ({
    type: "string",
    pattern: whole(...(family === 6 ? [] : [PREFIX4]), PREFIX6),
  }),
  expected: words,
};
