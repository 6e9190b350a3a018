import { MAC, whole } from "./patterns.js";
import { ParamRefusal, type ParamKind } from "./types.js";

const EXPECTED = 'a MAC address such as "02:00:00:00:00:01"';

/** Six bytes in the order in which they are sent. */
export const mac: ParamKind<Uint8Array> = {
  parse: (input) => {
    const text = typeof input === "string" ? input : "";
    if (!/^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i.test(text)) return new ParamRefusal(EXPECTED);
    return Uint8Array.from(text.split(/[:-]/), (part) => Number.parseInt(part, 16));
  },
  size: () => 6,
  align: () => 1,
  encode: (value, _d, out, offset) => out.set(value, offset),
  decode: (bytes, offset) => (bytes.toString("hex", offset, offset + 6).match(/../g) ?? []).join(":"),
  schema: () => ({ type: "string", pattern: whole(MAC) }),
  expected: () => EXPECTED,
};
