import { Fd } from "./fd.js";
import { addressOf } from "./koffi.js";
import { libbpf } from "./library.js";
import { mapTypeId, type MapTypeName } from "./map-types.js";
import { checkU32 } from "./pin.js";
import { capturePrints } from "./print.js";
import { SystemError } from "./system-error.js";

const OPTS_SIZE = 48;

/** A map to create; sizes in bytes. */
export interface MapOptions {
  readonly type: MapTypeName | number;
  /** The kernel keeps 15 characters. */
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  /** Entries; for a ring buffer its size in bytes. */
  readonly maxEntries: number;
  /** BPF_F_* bits: NO_PREALLOC 1, MMAPABLE 1024, ... */
  readonly flags?: number;
  /** For maps of maps: a map like those that go in. */
  readonly innerFd?: number;
  /** Types of key and value in a BTF object that is loaded already. */
  readonly btf?: { readonly fd: number; readonly key: number; readonly value: number };
}

/** @throws SystemError EINVAL for what this type of map does not take, EPERM without CAP_BPF */
export function createMapFd(options: MapOptions): Fd {
  const { name } = options;
  if (!/^[\w.]*$/.test(name))
    throw new TypeError(`create map: name "${name}" may hold letters, digits, _ and . only`);
  const opts = Buffer.alloc(OPTS_SIZE);
  opts.writeBigUInt64LE(BigInt(OPTS_SIZE), 0);
  opts.writeUInt32LE(checkU32(options.btf?.fd ?? 0, "btf fd"), 8);
  opts.writeUInt32LE(checkU32(options.btf?.key ?? 0, "btf key type"), 12);
  opts.writeUInt32LE(checkU32(options.btf?.value ?? 0, "btf value type"), 16);
  opts.writeUInt32LE(checkU32(options.innerFd ?? 0, "inner map fd"), 24);
  opts.writeUInt32LE(checkU32(options.flags ?? 0, "map flags"), 28);
  const { result, log } = capturePrints(() =>
    libbpf("bpf_map_create")(
      mapTypeId(options.type),
      name.slice(0, 15),
      checkU32(options.keySize, "key size"),
      checkU32(options.valueSize, "value size"),
      checkU32(options.maxEntries, "max entries"),
      addressOf(opts),
    ),
  );
  if (Number(result) < 0) throw new SystemError(`create map ${name}`, -Number(result), log);
  return new Fd(Number(result), `map ${name}`);
}
