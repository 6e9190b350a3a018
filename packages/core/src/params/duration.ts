import { quantity } from "./quantity.js";

const UNITS = [
  ["d", 86_400_000_000_000n],
  ["h", 3_600_000_000_000n],
  ["m", 60_000_000_000n],
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1_000n],
  ["ns", 1n],
] as const;

const NAMES = new Map<string, bigint>([
  ...UNITS,
  ["µs", 1_000n],
  ["sec", 1_000_000_000n],
  ["min", 60_000_000_000n],
  ["", 1n],
]);

/** Nanoseconds: "30s", "1.5ms", "1m30s". A bare number is refused, except 0: nobody could tell its unit. */
export const duration = quantity({
  factor: (unit) => NAMES.get(unit),
  bare: false,
  print: UNITS,
  example: "30s",
  what: "a duration",
  compound: true,
});
