const UNITS = ["", "k", "M", "G", "T", "P"];

/** Three digits and a unit: `12.3k`, `999`, `0`. */
export function short(value: number): string {
  if (value < 10 && !Number.isInteger(value)) return value.toFixed(1);
  let unit = 0;
  let left = value;
  while (left >= 999.5 && unit < UNITS.length - 1) {
    left /= 1000;
    unit++;
  }
  const digits = unit === 0 || left >= 99.95 ? 0 : left >= 9.995 ? 1 : 2;
  return `${left.toFixed(digits)}${UNITS[unit] ?? ""}`;
}

/** A count with every digit: `1,234,567`; from a billion on shortened. */
export function grouped(value: bigint): string {
  if (value >= 1_000_000_000n) return short(Number(value));
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** How long ago: `5s`, `3m`, `2h`, `4d`. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
