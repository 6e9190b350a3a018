import { anyCase } from "./patterns.js";
import { quantity } from "./quantity.js";

const POWER: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4 };

function factor(unit: string): bigint | undefined {
  const found = /^([kmgt]?)(i?)(b|bytes?)?$/i.exec(unit);
  if (!found || (found[2] !== "" && found[1] === "")) return undefined;
  const power = BigInt(POWER[(found[1] ?? "").toLowerCase()] ?? 0);
  return (found[2] === "" ? 1000n : 1024n) ** power;
}

/** A number of bytes: 1500, "100kB" (1000), "64KiB" (1024). */
export const bytes = quantity({
  factor,
  bare: true,
  units: `(?:[kmgtKMGT][iI]?)?${anyCase("b(?:ytes?)?")}|[kmgtKMGT][iI]?`,
  hint: (_, unit) =>
    /bit/i.test(unit)
      ? "this is a number of bytes; bits are for rates"
      : "units are B, kB, MB, GB (powers of 1000) and KiB, MiB, GiB (powers of 1024)",
  print: [
    ["TiB", 1n << 40n],
    ["GiB", 1n << 30n],
    ["MiB", 1n << 20n],
    ["TB", 10n ** 12n],
    ["GB", 10n ** 9n],
    ["MB", 10n ** 6n],
    ["KiB", 1n << 10n],
    ["kB", 1000n],
    ["B", 1n],
  ],
  example: "100kB",
  what: "a number of bytes",
});
