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
  ["second", 1_000_000_000n],
  ["seconds", 1_000_000_000n],
  ["min", 60_000_000_000n],
  ["minute", 60_000_000_000n],
  ["minutes", 60_000_000_000n],
  ["hour", 3_600_000_000_000n],
  ["hours", 3_600_000_000_000n],
  ["day", 86_400_000_000_000n],
  ["days", 86_400_000_000_000n],
  ["", 1n],
]);

/** Nanoseconds: "30s", "1.5ms", "1m30s". A bare number is refused, except 0: nobody could tell its unit. */
export const duration = quantity({
  factor: (unit) => NAMES.get(unit),
  bare: false,
  units: [...NAMES.keys()].filter((name) => name !== "").join("|"),
  hint: (amount, unit) => {
    if (unit === "") return `say the unit, e.g. "${amount}s" or "${amount}ms"`;
    const lower = NAMES.has(unit.toLowerCase())
      ? `did you mean "${amount}${unit.toLowerCase()}"?`
      : undefined;
    return lower ?? "units are ns, us, ms, s, m or min, h, d";
  },
  print: UNITS,
  example: "30s",
  what: "a duration",
  compound: true,
});
