import { formatAddress, parseAddress, type Address } from "./address.js";
import { fromMapped, toMapped } from "./prefix-text.js";
import { IPV4, IPV6, whole } from "./patterns.js";
import { ParamRefusal, type ParamDescriptor, type ParamKind } from "./types.js";

const words = (d: ParamDescriptor): string =>
  d.family === undefined ? 'an IP address such as "10.0.0.1" or "fd00::1"' : `an IPv${d.family} address`;

/**
 * An address in network byte order: 16 bytes, IPv4 as `::ffff:a.b.c.d`; with `family: 4` the 4 bytes alone.
 */
export const ip: ParamKind<Address> = {
  parse: (input, d) => {
    const address = typeof input === "string" ? parseAddress(input) : undefined;
    if (!address || (d.family ?? address.family) !== address.family) {
      const zone = typeof input === "string" && input.includes("%");
      return new ParamRefusal(words(d), zone ? "leave out the zone after %: packets carry none" : undefined);
    }
    return address;
  },
  size: (d) => (d.family === 4 ? 4 : 16),
  align: (d) => (d.family === 4 ? 4 : 1),
  encode: (value, d, out, offset) => out.set(d.family === 4 ? value.bytes : toMapped(value), offset),
  decode: (bytes, offset, d) =>
    formatAddress(
      d.family === 4
        ? bytes.subarray(offset, offset + 4)
        : fromMapped(bytes.subarray(offset, offset + 16)).bytes,
    ),
  schema: ({ family }) => ({
    type: "string",
    pattern: whole(...(family === 6 ? [] : [IPV4]), IPV6),
  }),
  expected: words,
};
