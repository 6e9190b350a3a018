import { anyCase } from "./patterns.js";
import { quantity } from "./quantity.js";

const DECIMAL: Readonly<Record<string, bigint>> = {
  "": 1n,
  k: 10n ** 3n,
  m: 10n ** 6n,
  g: 10n ** 9n,
  t: 10n ** 12n,
};
const BINARY: Readonly<Record<string, bigint>> = {
  ki: 1n << 10n,
  mi: 1n << 20n,
  gi: 1n << 30n,
  ti: 1n << 40n,
};

function factor(unit: string): bigint | undefined {
  const found = /^([kmgt]i?)?(bits?(?:\/s|ps)?|b\/s)$/i.exec(unit);
  if (!found) return undefined;
  const prefix = (found[1] ?? "").toLowerCase();
  const bytes = found[2] === "B/s";
  if (found[2] === "b/S" || found[2] === "B/S") return undefined;
  const scale = DECIMAL[prefix] ?? BINARY[prefix];
  return scale === undefined ? undefined : bytes ? scale * 8n : scale;
}

/** Bits per second: "20Mbit", "2.5Mbit/s", "100kB/s". "Mbps" is refused: tc reads it as bytes, others as bits. */
export const rate = quantity({
  factor,
  bare: false,
  print: [
    ["Tbit", 10n ** 12n],
    ["Gbit", 10n ** 9n],
    ["Mbit", 10n ** 6n],
    ["kbit", 10n ** 3n],
    ["bit", 1n],
  ],
  example: "20Mbit",
  what: "a rate",
  units: `(?:[kmgtKMGT][iI]?)?(?:${anyCase("bits?(?:/s|ps)?")}|[bB]/s)`,
  hint: (amount, unit) => {
    const prefix = /^[kmgt]i?/i.exec(unit)?.[0] ?? "";
    const scaled = prefix.length > 1 || /^k/i.test(prefix) ? prefix : prefix.toUpperCase();
    if (/bps$/i.test(unit)) return 'write "Mbit" for bits or "MB/s" for bytes: tools read "bps" in both ways';
    if (unit === "") return `say the unit, e.g. "${amount}Mbit" or "${amount}kbit"`;
    if (!/^[kmgt]?i?(?:b|bytes?)?(?:\/?s)?$/i.test(unit))
      return "units are bit, kbit, Mbit, Gbit, and B/s, kB/s, MB/s";
    return `did you mean "${amount}${scaled}bit" or "${amount}${scaled}B/s"?`;
  },
});
