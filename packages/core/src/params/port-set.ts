/** Port numbers from..to, both included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Bits that count, and what they must be. */
export interface MaskedPort {
  readonly value: number;
  readonly mask: number;
}

const ONE = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/;

function parseOne(input: unknown): PortRange[] | undefined {
  if (typeof input === "number") {
    return Number.isInteger(input) && input >= 0 && input <= 65535 ? [{ from: input, to: input }] : undefined;
  }
  if (typeof input !== "string") return undefined;
  const ranges: PortRange[] = [];
  for (const item of input.split(",")) {
    const found = ONE.exec(item);
    if (!found) return undefined;
    const from = Number(found[1]);
    const to = found[2] === undefined ? from : Number(found[2]);
    if (from > to || to > 65535) return undefined;
    ranges.push({ from, to });
  }
  return ranges;
}

/** Sorts ranges and joins those that touch, so that equal sets are equal lists. */
export function mergeRanges(ranges: readonly PortRange[]): PortRange[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged[merged.length - 1];
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/**
 * Reads a port set: 443, "443", "80,443,8000-8100", or an array of these.
 *
 * @returns sorted ranges that do not touch, or undefined
 */
export function parsePorts(input: unknown): PortRange[] | undefined {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  const ranges: PortRange[] = [];
  for (const item of items) {
    const parsed = parseOne(item);
    if (!parsed) return undefined;
    ranges.push(...parsed);
  }
  return ranges.length === 0 ? undefined : mergeRanges(ranges);
}

/** `80,443,8000-8100`. */
export function formatPorts(ranges: readonly PortRange[]): string {
  return ranges.map((r) => (r.from === r.to ? `${r.from}` : `${r.from}-${r.to}`)).join(",");
}

/** Splits a range into blocks whose size is a power of two: at most 30 for 16 bits. */
export function rangeToMasks({ from, to }: PortRange): MaskedPort[] {
  const blocks: MaskedPort[] = [];
  for (let at = from; at <= to; ) {
    let size = at === 0 ? 65536 : at & -at;
    while (at + size - 1 > to) size /= 2;
    blocks.push({ value: at, mask: 65536 - size });
    at += size;
  }
  return blocks;
}
