import { addressOf } from "./koffi.js";
import { libbpf } from "./library.js";
import { check } from "./system-error.js";

const SIZE = 256;

/** Raw `struct bpf_{prog,map,link}_info` of a descriptor (linux/bpf.h); zero where the kernel knows no field. */
export function objectInfo(fd: number, what: string, prepare?: (info: Buffer) => void): Buffer {
  const info = Buffer.alloc(SIZE);
  prepare?.(info);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(SIZE);
  check(libbpf("bpf_obj_get_info_by_fd")(fd, addressOf(info), addressOf(size)), `read info of ${what}`);
  return info;
}

/** NUL-terminated name of at most 16 bytes. */
export function nameAt(info: Buffer, offset: number): string {
  const end = info.indexOf(0, offset);
  return info.toString("latin1", offset, Math.min(end < 0 ? info.length : end, offset + 16));
}

/** Ids of all objects of one sort that the kernel has. @throws SystemError without CAP_SYS_ADMIN */
export function allIds(sort: "prog" | "map" | "link"): number[] {
  const next = Buffer.alloc(4);
  const ids: number[] = [];
  for (let id = 0; ; id = next.readUInt32LE()) {
    if (id > 0) ids.push(id);
    const result = Number(libbpf(`bpf_${sort}_get_next_id`)(id, addressOf(next)));
    if (result === -2) return ids;
    check(result, `list ${sort} ids`);
  }
}
