import { nameAt, objectInfo } from "./info.js";
import { mapTypeName } from "./map-types.js";

/** What the kernel says about a map; sizes in bytes. */
export interface MapInfo {
  readonly id: number;
  readonly type: string;
  readonly typeId: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly name: string;
  /** Interface of a map that lives in a network card, else 0. */
  readonly ifindex: number;
  /** 0 when the map was created without BTF. */
  readonly btfId: number;
  readonly btfKeyTypeId: number;
  readonly btfValueTypeId: number;
}

/** Reads `struct bpf_map_info`. @throws SystemError */
export function readMapInfo(fd: number, what: string): MapInfo {
  const info = objectInfo(fd, what);
  const u32 = (offset: number): number => info.readUInt32LE(offset);
  return {
    typeId: u32(0),
    type: mapTypeName(u32(0)),
    id: u32(4),
    keySize: u32(8),
    valueSize: u32(12),
    maxEntries: u32(16),
    flags: u32(20),
    name: nameAt(info, 24),
    ifindex: u32(40),
    btfId: u32(64),
    btfKeyTypeId: u32(68),
    btfValueTypeId: u32(72),
  };
}
