import { ParamRefusal, type ParamKind } from "./types.js";

/** `__u8`, 0 or 1. */
export const boolKind: ParamKind<boolean> = {
  parse: (input) => (typeof input === "boolean" ? input : new ParamRefusal("true or false")),
  size: () => 1,
  align: () => 1,
  encode: (value, _d, out, offset) => {
    out.writeUInt8(value ? 1 : 0, offset);
  },
  decode: (bytes, offset) => bytes.readUInt8(offset) !== 0,
  schema: () => ({ type: "boolean" }),
  expected: () => "true or false",
};
