import { fail } from "../errors.js";
import { INTERFACE, whole } from "./patterns.js";
import { ParamRefusal, type ParamKind } from "./types.js";

const EXPECTED = 'an interface name such as "eth0", or its index';

const NAME = new RegExp(whole(INTERFACE));

/** `__u32` interface index, little-endian; the name is looked up when the row is written. */
export const iface: ParamKind<string | number> = {
  parse: (input) => {
    if (typeof input === "number" && Number.isInteger(input) && input > 0 && input < 2 ** 31) return input;
    if (typeof input === "string" && NAME.test(input)) return input;
    return new ParamRefusal(EXPECTED);
  },
  size: () => 4,
  align: () => 4,
  encode: (value, _d, out, offset, env) => {
    const index = typeof value === "number" ? value : env.ifindex?.(value);
    out.writeUInt32LE(index ?? fail("ERR_EMPTCP_UNKNOWN_INTERFACE", { interface: value }), offset);
  },
  decode: (bytes, offset) => bytes.readUInt32LE(offset),
  schema: () => ({
    anyOf: [
      { type: "string", pattern: whole(INTERFACE) },
      { type: "integer", minimum: 1, maximum: 2 ** 31 - 1 },
    ],
  }),
  expected: () => EXPECTED,
};
