import { drawable, nearestDrawable, type Fraction } from "./draw.js";
import { AMOUNT, whole } from "./patterns.js";
import { ParamRefusal, type ParamKind } from "./types.js";

const MOST = (1n << 32n) - 1n;
const EXPECTED = 'a fraction such as "1/10" or "2.5%", more than 0 and at most 1';

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** `0.125` as 125 of 1000. */
function ofDecimal(text: string): [bigint, bigint] {
  const [integer = "", decimals = ""] = text.split(".");
  return [BigInt(integer + decimals), 10n ** BigInt(decimals.length)];
}

/** Reads `1/10`, `2.5%`, `0.1`, exactly and in lowest terms; undefined for anything else. */
export function parseFraction(input: unknown): Fraction | undefined {
  const text = typeof input === "number" ? String(input) : typeof input === "string" ? input.trim() : "";
  const ratio = /^(\d{1,10})\s*\/\s*(\d{1,10})$/.exec(text);
  const decimal = /^(\d{1,3}(?:\.\d{1,9})?)\s*(%?)$/.exec(text);
  let [part, of] = [0n, 0n];
  if (ratio) [part, of] = [BigInt(ratio[1] ?? 0), BigInt(ratio[2] ?? 0)];
  if (decimal) [part, of] = ofDecimal(decimal[1] ?? "");
  if (decimal?.[2] === "%") of *= 100n;
  if (part <= 0n || part > of) return undefined;
  const common = gcd(part, of);
  return of / common > MOST ? undefined : { part: Number(part / common), of: Number(of / common) };
}

const print = ({ part, of }: Fraction): string => `${part}/${of}`;

/** `struct { __u32 part, of; }` in lowest terms; in a selector's key a draw (draw.ts), of which that part matches. */
export const fraction: ParamKind<Fraction> = {
  parse: (input) => {
    const value = parseFraction(input);
    if (!value) return new ParamRefusal(EXPECTED);
    if (drawable(value)) return value;
    const nearest = nearestDrawable(value);
    const percent = Number(((100 * nearest.part) / nearest.of).toPrecision(4));
    return new ParamRefusal(
      `${EXPECTED}, in lowest terms at most 1000 out of a product of ten 2s, two 3s and six 5s`,
      `the nearest that can be drawn is "${print(nearest)}" (${percent}%)`,
    );
  },
  size: () => 8,
  align: () => 4,
  encode: ({ part, of }, _d, out, offset) => {
    out.writeUInt32LE(part, offset);
    out.writeUInt32LE(of, offset + 4);
  },
  decode: (bytes, offset) => print({ part: bytes.readUInt32LE(offset), of: bytes.readUInt32LE(offset + 4) }),
  schema: () => ({
    anyOf: [
      { type: "string", pattern: whole(`\\s*${AMOUNT}\\s*%?\\s*`, "\\s*\\d{1,10}\\s*/\\s*\\d{1,10}\\s*") },
      { type: "number", exclusiveMinimum: 0, maximum: 1 },
    ],
    examples: ["1/10", "2.5%"],
  }),
  expected: () => EXPECTED,
};
