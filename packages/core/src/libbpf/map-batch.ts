import { addressOf, type NativeFunction } from "./koffi.js";
import { libbpf } from "./library.js";
import { SystemError } from "./system-error.js";

const ENOENT = 2;
const ENOSPC = 28;
const OPTS_SIZE = 24;

const opts = Buffer.alloc(OPTS_SIZE);
opts.writeBigUInt64LE(BigInt(OPTS_SIZE), 0);
const count = Buffer.alloc(4);

function batchFlags(flags: number): bigint {
  opts.writeBigUInt64LE(BigInt(flags), 8);
  return addressOf(opts);
}

/** How many entries a batch command handled, and how it ended. */
export interface BatchResult {
  readonly count: number;
  /** Positive error number, 0 when all went through. */
  readonly errno: number;
}

function outcome(result: number | bigint, wanted: number): BatchResult {
  const errno = -Number(result);
  // a command that failed before its first entry may leave the count as it was given
  const done = count.readUInt32LE();
  return { count: errno !== 0 && done >= wanted ? 0 : done, errno };
}

/** BPF_MAP_UPDATE_BATCH; buffers must hold `wanted` entries. */
export function updateBatch(
  fd: number,
  keys: Uint8Array,
  values: Uint8Array,
  wanted: number,
  flags: number,
): BatchResult {
  count.writeUInt32LE(wanted);
  const update: NativeFunction = libbpf("bpf_map_update_batch");
  return outcome(update(fd, addressOf(keys), addressOf(values), addressOf(count), batchFlags(flags)), wanted);
}

/** BPF_MAP_DELETE_BATCH; stops at the first key that is not there (ENOENT). */
export function deleteBatch(fd: number, keys: Uint8Array, wanted: number): BatchResult {
  count.writeUInt32LE(wanted);
  return outcome(
    libbpf("bpf_map_delete_batch")(fd, addressOf(keys), addressOf(count), batchFlags(0)),
    wanted,
  );
}

/** Entries read by one call; buffers are views that the next call fills again. */
export interface BatchPage {
  readonly keys: Buffer;
  readonly values: Buffer;
  readonly count: number;
}

/** Reads a map page by page with BPF_MAP_LOOKUP_BATCH. @throws SystemError EOPNOTSUPP for types without it */
export function* lookupBatches(
  fd: number,
  sizes: { key: number; value: number },
  what: string,
  pageEntries = 4096,
): Generator<BatchPage> {
  let entries = pageEntries;
  let keys = Buffer.alloc(entries * sizes.key);
  let values = Buffer.alloc(entries * sizes.value);
  // hash maps write a 32-bit bucket number here, others a key
  const position = Buffer.alloc(Math.max(sizes.key, 8));
  for (let first = true; ; ) {
    count.writeUInt32LE(entries);
    const result = Number(
      libbpf("bpf_map_lookup_batch")(
        fd,
        first ? null : addressOf(position),
        addressOf(position),
        addressOf(keys),
        addressOf(values),
        addressOf(count),
        batchFlags(0),
      ),
    );
    if (result === -ENOSPC && entries < 1 << 22) {
      // a bucket holds more than one page
      entries *= 4;
      keys = Buffer.alloc(entries * sizes.key);
      values = Buffer.alloc(entries * sizes.value);
      continue;
    }
    if (result < 0 && result !== -ENOENT) throw new SystemError(`read entries of ${what}`, -result);
    const got = count.readUInt32LE();
    if (got > 0) yield { keys, values, count: got };
    if (result === -ENOENT) return;
    first = false;
  }
}
