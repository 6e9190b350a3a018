import { formatPorts, parsePorts, type PortRange } from "./port-set.js";
import { PORTS, whole } from "./patterns.js";
import { ParamRefusal, type ParamDescriptor, type ParamKind } from "./types.js";

const DEFAULT_LENGTH = 8;
const length = (d: ParamDescriptor): number => d.length ?? DEFAULT_LENGTH;
const expected = (d: ParamDescriptor): string =>
  `ports such as 443 or "80,443,8000-8100", at most ${length(d)} ranges`;

/**
 * `struct { __u16 count; __u16 pad; struct { __u16 from, to; } range[length]; }`, host byte order; ranges are
 * sorted and do not touch, unused ones are zero.
 */
export const ports: ParamKind<readonly PortRange[]> = {
  parse: (input, d) => {
    const ranges = parsePorts(input);
    return !ranges || ranges.length > length(d) ? new ParamRefusal(expected(d)) : ranges;
  },
  size: (d) => 4 + 4 * length(d),
  align: () => 2,
  encode: (value, d, out, offset) => {
    out.fill(0, offset, offset + 4 + 4 * length(d));
    out.writeUInt16LE(value.length, offset);
    value.forEach(({ from, to }, i) => {
      out.writeUInt16LE(from, offset + 4 + 4 * i);
      out.writeUInt16LE(to, offset + 6 + 4 * i);
    });
  },
  decode: (bytes, offset, d) => {
    const count = Math.min(bytes.readUInt16LE(offset), length(d));
    const ranges = Array.from({ length: count }, (_, i) => ({
      from: bytes.readUInt16LE(offset + 4 + 4 * i),
      to: bytes.readUInt16LE(offset + 6 + 4 * i),
    }));
    return formatPorts(ranges);
  },
  schema: () => {
    const one = {
      anyOf: [
        { type: "integer", minimum: 0, maximum: 65535 },
        { type: "string", pattern: whole(PORTS) },
      ],
    };
    return {
      anyOf: [...one.anyOf, { type: "array", items: one, minItems: 1 }],
      examples: [443, "80,443,8000-8100"],
    };
  },
  expected,
};
