import { ParamRefusal, type ParamKind } from "./types.js";

const EXPECTED = 'a token in hexadecimal, as ss and ip mptcp print it, such as "8f1c2a3b"';

/** An MPTCP token: `__u32`, host byte order; 0, which means unknown, is refused. In a selector's key: any of its words. */
export const token: ParamKind<number> = {
  parse: (input) => {
    const found = typeof input === "string" ? /^(?:0x)?([0-9a-f]{1,8})$/i.exec(input) : null;
    const value = parseInt(found?.[1] ?? "0", 16);
    if (value > 0) return value;
    const bare = typeof input === "number";
    return new ParamRefusal(
      EXPECTED,
      bare ? "put it in quotes: without them it is a decimal number" : undefined,
    );
  },
  size: () => 4,
  align: () => 4,
  encode: (value, _d, out, offset) => {
    out.writeUInt32LE(value, offset);
  },
  decode: (bytes, offset) => bytes.readUInt32LE(offset).toString(16).padStart(8, "0"),
  schema: () => ({ type: "string", pattern: "^(?:0[xX])?[0-9a-fA-F]{1,8}$", examples: ["8f1c2a3b"] }),
  expected: () => EXPECTED,
};
