/** A part of a whole, in lowest terms. */
export interface Fraction {
  readonly part: number;
  readonly of: number;
}

/** Some bits of a draw, and what they must be. */
export interface MaskedDraw {
  readonly value: number;
  readonly mask: number;
}

/**
 * A draw is a random number as 32 bits that hold its remainders, digit by digit: of 2^10 in binary, of 5^6 as
 * six digits of 3 bits, of 3^2 as two digits of 2 bits (draw.bpf.h). So one in 10 is one binary and one
 * quinary digit, which is one mask and one value: no fraction needs more than one table.
 */
const DIGITS = [
  { base: 2, count: 10, bits: 1, at: 0 },
  { base: 5, count: 6, bits: 3, at: 10 },
  { base: 3, count: 2, bits: 2, at: 28 },
] as const;
/** Values that one fraction may take in its table. */
const MOST_PARTS = 1000;

/** How often each base divides `n`; undefined when more is left. */
function factors(n: number): number[] | undefined {
  let left = n;
  const counts = DIGITS.map(({ base, count }) => {
    let found = 0;
    for (; found < count && left % base === 0; found++) left /= base;
    return found;
  });
  return left === 1 ? counts : undefined;
}

/** True when a draw can tell the fraction, with at most 1000 values. */
export function drawable({ part, of }: Fraction): boolean {
  return part <= MOST_PARTS && factors(of) !== undefined;
}

/** The fraction with at most 1000 parts that a draw can tell and that is nearest. */
export function nearestDrawable({ part, of }: Fraction): Fraction {
  const wanted = part / of;
  let best: Fraction = { part: 1, of: 1 };
  for (let n = 1; n <= MOST_PARTS; n++) {
    const k = Math.max(1, Math.round(wanted * n));
    if (factors(n) && Math.abs(k / n - wanted) < Math.abs(best.part / best.of - wanted))
      best = { part: k, of: n };
  }
  return best;
}

/**
 * The draws that belong to a fraction: any of these, all with one mask.
 *
 * @param fraction one that is `drawable`
 */
export function drawsOf({ part, of }: Fraction): MaskedDraw[] {
  const counts = factors(of) ?? [];
  const bitsFor = (write: (base: number, i: number) => number): number =>
    DIGITS.reduce((all, { base, bits, at }, d) => {
      for (let i = 0; i < (counts[d] ?? 0); i++) all += write(base, i) * 2 ** (at + i * bits);
      return all;
    }, 0);
  const mask = bitsFor((base) => (base === 2 ? 1 : base === 3 ? 3 : 7));
  return Array.from({ length: part }, (_, i) => {
    const remainder = Math.floor((i * of) / part);
    return { mask, value: bitsFor((base, digit) => Math.floor(remainder / base ** digit) % base) };
  });
}
