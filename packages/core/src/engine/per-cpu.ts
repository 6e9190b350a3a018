import type { BpfMap } from "../libbpf/index.js";

/** A u32 key of an array. */
export function key(index: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(index);
  return buffer;
}

/** Sum over all CPUs of the 64-bit number at `offset` of a per-CPU value; 0 when there is no such key. */
export function sum(map: BpfMap, index: Buffer, offset = 0): bigint {
  const values = map.lookupPerCpu(index) ?? [];
  return values.reduce((total, value) => total + value.readBigUInt64LE(offset), 0n);
}
