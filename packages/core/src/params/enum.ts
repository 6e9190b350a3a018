import { listNames, suggest } from "../text.js";
import { ParamRefusal, type ParamDescriptor, type ParamKind } from "./types.js";

const values = (d: ParamDescriptor): Readonly<Record<string, number>> => d.values ?? {};
const size = (d: ParamDescriptor): 1 | 4 => (Object.values(values(d)).some((n) => n > 255) ? 4 : 1);
const expected = (d: ParamDescriptor): string => `one of ${listNames(Object.keys(values(d)), "or")}`;

/** The name that was meant, as a hint. */
function nearest(input: unknown, names: readonly string[]): string | undefined {
  const words = typeof input === "string" ? suggest(input, names).replace("; ", "") : "";
  return words === "" ? undefined : words;
}

/** One of some names: its number as `__u8`, or as `__u32` when one of the numbers needs it. */
export const enumKind: ParamKind<number> = {
  parse: (input, d) => {
    const known = values(d);
    return typeof input === "string" && Object.hasOwn(known, input)
      ? (known[input] ?? 0)
      : new ParamRefusal(expected(d), nearest(input, Object.keys(known)));
  },
  size,
  align: size,
  encode: (value, d, out, offset) => {
    out.writeUIntLE(value, offset, size(d));
  },
  decode: (bytes, offset, d) => {
    const number = bytes.readUIntLE(offset, size(d));
    return Object.entries(values(d)).find(([, n]) => n === number)?.[0] ?? number;
  },
  schema: (d) => ({ enum: Object.keys(values(d)) }),
  expected,
};
