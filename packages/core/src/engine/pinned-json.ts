import { deflateRawSync, inflateRawSync } from "node:zlib";
import { BpfMap } from "../libbpf/index.js";
import { unpin } from "./pin-dir.js";

const HEADER = 8;
/** What a pinned value may unpack to. */
const MAX_UNPACKED = 512 << 20;

/**
 * Writes data as JSON into a frozen array map of one value and pins it: u32 length, u32 zero, then JSON compressed
 * with raw DEFLATE. It lives as long as the pin: until it is removed, or the machine is booted.
 *
 * @param name of the map in the kernel, at most 15 characters
 */
export function pinJson(path: string, name: string, data: unknown): void {
  const packed = deflateRawSync(Buffer.from(JSON.stringify(data)), { level: 1 });
  const value = Buffer.alloc(Math.ceil((HEADER + packed.length) / 8) * 8);
  value.writeUInt32LE(packed.length, 0);
  packed.copy(value, HEADER);
  using map = BpfMap.create({
    type: "array",
    name,
    keySize: 4,
    valueSize: value.length,
    maxEntries: 1,
    flags: 0,
  });
  map.update(Buffer.alloc(4), value);
  map.freeze();
  unpin(path);
  map.pin(path);
}

/** Reads what `pinJson` wrote. @throws when there is no such pin, or it is damaged */
export function readPinnedJson(path: string): unknown {
  using map = BpfMap.fromPin(path);
  const value = map.lookup(Buffer.alloc(4)) ?? Buffer.alloc(HEADER);
  const packed = value.subarray(HEADER, HEADER + value.readUInt32LE(0));
  return JSON.parse(inflateRawSync(packed, { maxOutputLength: MAX_UNPACKED }).toString());
}
