import { show } from "../text.js";
import { ParamRefusal, type ParamDescriptor, type ParamKind } from "./types.js";

const DEFAULT_LENGTH = 8;
const DIGIT: ParamDescriptor = { kind: "u8", description: "" };
const length = (d: ParamDescriptor): number => d.length ?? DEFAULT_LENGTH;
const element = (d: ParamDescriptor): ParamDescriptor => d.of ?? DIGIT;

/**
 * `struct { __u32 count; T items[length]; }` with C's padding between; unused items are zero. One value stands
 * for a list of one. Lists of lists do not exist.
 *
 * @param kindOf finds the kind of the elements
 */
export function listKind(kindOf: (d: ParamDescriptor) => ParamKind<unknown>): ParamKind<readonly unknown[]> {
  const header = (d: ParamDescriptor): number => Math.max(4, kindOf(element(d)).align(element(d)));
  const stride = (d: ParamDescriptor): number => kindOf(element(d)).size(element(d));
  const align = (d: ParamDescriptor): number => header(d);
  const size = (d: ParamDescriptor): number =>
    Math.ceil((header(d) + length(d) * stride(d)) / align(d)) * align(d);
  const expected = (d: ParamDescriptor): string =>
    `a list of at most ${length(d)}, each ${kindOf(element(d)).expected(element(d))}`;
  return {
    parse: (input, d) => {
      const items: readonly unknown[] = Array.isArray(input) ? input : [input];
      if (items.length > length(d)) return new ParamRefusal(expected(d));
      const values: unknown[] = [];
      for (const [i, item] of items.entries()) {
        const value = kindOf(element(d)).parse(item, element(d));
        if (value instanceof ParamRefusal) {
          return new ParamRefusal(
            expected(d),
            `item ${i} is ${show(item)}${value.hint === undefined ? "" : `: ${value.hint}`}`,
          );
        }
        values.push(value);
      }
      return values;
    },
    size,
    align,
    encode: (value, d, out, offset, env) => {
      out.fill(0, offset, offset + size(d));
      out.writeUInt32LE(value.length, offset);
      value.forEach((item, i) =>
        kindOf(element(d)).encode(item, element(d), out, offset + header(d) + i * stride(d), env),
      );
    },
    decode: (bytes, offset, d) => {
      const count = Math.min(bytes.readUInt32LE(offset), length(d));
      return Array.from({ length: count }, (_, i) =>
        kindOf(element(d)).decode(bytes, offset + header(d) + i * stride(d), element(d)),
      );
    },
    schema: (d) => {
      const one = kindOf(element(d)).schema(element(d));
      return { anyOf: [{ type: "array", maxItems: length(d), items: one }, one] };
    },
    expected,
  };
}
