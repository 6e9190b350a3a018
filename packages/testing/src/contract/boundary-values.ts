import type { ParamDescriptor } from "@emptcp/core";

/** Values at the edge of what a parameter takes. */
export interface BoundaryValues {
  readonly accepted: readonly unknown[];
  readonly refused: readonly unknown[];
}

const BITS: Readonly<Record<string, bigint>> = { u8: 8n, u16: 16n, u32: 32n, u64: 64n };

/** A number where that is exact, else decimal text as people write it. */
function written(value: bigint): number | string {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? value.toString() : Number(value);
}

function integers(descriptor: ParamDescriptor, bits: bigint): BoundaryValues {
  const min = BigInt(descriptor.min ?? 0);
  const max = BigInt(descriptor.max ?? (1n << bits) - 1n);
  return {
    accepted: [min, max].map(written),
    refused: [...[min - 1n, max + 1n].map(written), 0.5, "many", true, {}],
  };
}

/** Wrong values for the kinds without numeric bounds. */
const REFUSED: Readonly<Record<string, readonly unknown[]>> = {
  ip: ["10.0.0.256", "fd00::1::2", 10],
  prefix: ["10.0.0.0/33", "fd00::/129", "10.0.0"],
  mac: ["02:00", "02:00:00:00:00:0g"],
  ports: [65536, -1, "443-80", "http!"],
  rate: ["-1Mbit", "fast", {}],
  bytes: ["-1kB", "much", {}],
  duration: ["-1s", "soon", {}],
  token: ["0", "", "123456789", "0xg", 12345678, {}],
  fraction: ["0/1", "3/2", "1/7", "half", {}],
  iface: ["", "a/b", {}],
  enum: ["no such name", 1.5],
  bool: ["yes", 2],
  list: ["no list", {}],
};

/** The edges of a parameter's range: minimum, maximum and default are accepted; what lies outside is refused. */
export function boundaryValues(descriptor: ParamDescriptor): BoundaryValues {
  const given = [descriptor.min, descriptor.max, descriptor.default].filter((value) => value !== undefined);
  const bits = BITS[descriptor.kind];
  if (bits !== undefined) {
    const { accepted, refused } = integers(descriptor, bits);
    return { accepted: [...accepted, ...given], refused };
  }
  const named =
    descriptor.kind === "enum"
      ? Object.keys(descriptor.values ?? {})
      : descriptor.kind === "bool"
        ? [true, false]
        : [];
  return { accepted: [...given, ...named], refused: REFUSED[descriptor.kind] ?? [] };
}
