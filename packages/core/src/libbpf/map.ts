import { possibleCpus } from "./cpus.js";
import { Fd } from "./fd.js";
import { checkKind } from "./fd-kind.js";
import { addressOf, type NativeFunction } from "./koffi.js";
import { libbpf } from "./library.js";
import { deleteBatch, lookupBatches, updateBatch } from "./map-batch.js";
import { createMapFd, type MapOptions } from "./map-create.js";
import { readMapInfo, type MapInfo } from "./map-info.js";
import { mapMemory, type Mapping } from "./map-memory.js";
import { hasBatch, holdsObjects, isPerCpu } from "./map-types.js";
import { checkU32, openPin, pinFd } from "./pin.js";
import { check, SystemError } from "./system-error.js";

const ENOENT = -2;
const OBJECT_VALUE_SIZE = 4;
const round8 = (size: number): number => (size + 7) & ~7;

/** Update flag: store, whether the key is there or not. */
export const BPF_ANY = 0;
/** Update flag: only keys that are not there (EEXIST). */
export const BPF_NOEXIST = 1;
/** Update flag: only keys that are there (ENOENT). */
export const BPF_EXIST = 2;
/** Map flag: entries take memory when they are made. */
export const BPF_F_NO_PREALLOC = 1;
/** Map flag: an array whose values `mmap` gives as memory. */
export const BPF_F_MMAPABLE = 1 << 10;

/** A map of the kernel, through a descriptor that this object owns. Keys and values are bytes as the kernel has them. */
export class BpfMap {
  readonly #fd: Fd;
  readonly name: string;
  /** Name of its type, e.g. `hash`; `type <n>` for one that this library does not know. */
  readonly type: string;
  /** enum bpf_map_type. */
  readonly typeId: number;
  /** Bytes of a key. */
  readonly keySize: number;
  /** Bytes of a value, of one CPU in per-CPU maps. */
  readonly valueSize: number;
  /** Entries at most; bytes of a ring buffer. */
  readonly maxEntries: number;
  /** Bytes that one lookup gives and one update takes: in per-CPU maps a slot of 8-byte multiples for each possible CPU. */
  readonly transferSize: number;
  readonly #mappings: Mapping[] = [];
  readonly #lookup: NativeFunction;
  readonly #update: NativeFunction;

  private constructor(fd: Fd) {
    this.#fd = fd;
    try {
      checkKind(fd.fd, "map", fd.what);
      const info = readMapInfo(fd.fd, fd.what);
      this.name = info.name;
      this.type = info.type;
      this.typeId = info.typeId;
      this.keySize = info.keySize;
      this.valueSize = info.valueSize;
      this.maxEntries = info.maxEntries;
      this.transferSize = isPerCpu(info.typeId)
        ? round8(info.valueSize) * possibleCpus()
        : holdsObjects(info.typeId)
          ? OBJECT_VALUE_SIZE
          : info.valueSize;
      this.#lookup = libbpf("bpf_map_lookup_elem_flags");
      this.#update = libbpf("bpf_map_update_elem");
    } catch (error) {
      fd.close();
      throw error;
    }
  }

  /** Makes a map; it goes with its last descriptor, pin and program. @throws SystemError as bpf(2) does */
  static create(options: MapOptions): BpfMap {
    return new BpfMap(createMapFd(options));
  }

  /**
   * @param options.readOnly the kernel refuses every change through this handle (BPF_F_RDONLY; SystemError EPERM)
   * @throws SystemError ENOENT when nothing is pinned there, EINVAL when it is no map
   */
  static fromPin(path: string, options: { readonly readOnly?: boolean } = {}): BpfMap {
    return new BpfMap(openPin(path, "map", options.readOnly ?? false));
  }

  /** Another descriptor of an open map; the given one stays with its owner. */
  static fromFd(fd: number): BpfMap {
    return new BpfMap(Fd.duplicate(fd, "map"));
  }

  /** @throws SystemError ENOENT when no map has this id */
  static fromId(id: number): BpfMap {
    return new BpfMap(
      new Fd(check(libbpf("bpf_map_get_fd_by_id")(checkU32(id, "map id")), `open map ${id}`), `map ${id}`),
    );
  }

  /** The descriptor; stays owned by this object. */
  get fd(): number {
    return this.#fd.fd;
  }

  /** What the kernel says about it now. */
  info(): MapInfo {
    return readMapInfo(this.fd, this.#what);
  }

  /** The value of a key. For prog arrays and maps of maps it is an id. */
  lookup(key: Uint8Array): Buffer | undefined {
    const value = Buffer.allocUnsafeSlow(this.transferSize);
    return this.lookupInto(key, value) ? value : undefined;
  }

  /** Copies the value of a key into a buffer of at least `transferSize` bytes; false when there is none. */
  lookupInto(key: Uint8Array, value: Uint8Array): boolean {
    this.#checkSize(key, this.keySize, "key");
    this.#checkSize(value, this.transferSize, "value");
    const result = Number(this.#lookup(this.#fd.fd, addressOf(key), addressOf(value), 0));
    if (result === 0) return true;
    if (result === ENOENT) return false;
    throw new SystemError(`look up in ${this.#what}`, -result);
  }

  /** The value of each possible CPU. @throws TypeError for other maps */
  lookupPerCpu(key: Uint8Array): Buffer[] | undefined {
    this.#requirePerCpu();
    const value = this.lookup(key);
    return value && this.splitPerCpu(value);
  }

  /** Cuts what a lookup gave into one value per CPU. @throws TypeError for maps that are not per-CPU */
  splitPerCpu(value: Buffer): Buffer[] {
    this.#requirePerCpu();
    const slot = round8(this.valueSize);
    return Array.from({ length: possibleCpus() }, (_, cpu) =>
      value.subarray(cpu * slot, cpu * slot + this.valueSize),
    );
  }

  /**
   * Sets the value of a key; for prog arrays and maps of maps it is a descriptor.
   *
   * @param flags BPF_ANY, BPF_NOEXIST (SystemError EEXIST when it is there) or BPF_EXIST (ENOENT when not)
   * @throws SystemError E2BIG when the map is full
   */
  update(key: Uint8Array, value: Uint8Array, flags = 0): void {
    this.#checkSize(key, this.keySize, "key", true);
    this.#checkSize(value, this.transferSize, "value", true);
    const result = Number(this.#update(this.#fd.fd, addressOf(key), addressOf(value), flags));
    if (result !== 0) throw new SystemError(`update ${this.#what}`, -result);
  }

  /**
   * Sets many values with one system call.
   *
   * @returns how many, which is `count`
   * @throws SystemError when one is refused; `processed` on it says how many were set before
   */
  updateBatch(keys: Uint8Array, values: Uint8Array, count: number, flags = 0): number {
    if (checkU32(count, "count") === 0) return 0;
    this.#checkSize(keys, this.keySize * count, "keys");
    this.#checkSize(values, this.transferSize * count, "values");
    const result = updateBatch(this.fd, keys, values, count, flags);
    if (result.errno !== 0) throw new BatchError(`update ${this.#what}`, result.errno, result.count);
    return result.count;
  }

  /** Deletes many keys with one system call; keys that are not there are skipped. @returns how many were there */
  deleteBatch(keys: Uint8Array, count: number): number {
    if (checkU32(count, "count") === 0) return 0;
    this.#checkSize(keys, this.keySize * count, "keys");
    let deleted = 0;
    for (let done = 0; done < count; ) {
      const rest = keys.subarray(done * this.keySize);
      const result = deleteBatch(this.fd, rest, count - done);
      deleted += result.count;
      done += result.count;
      if (result.errno === 0) break;
      if (result.errno !== -ENOENT) throw new BatchError(`delete from ${this.#what}`, result.errno, deleted);
      done++; // the key that was not there
    }
    return deleted;
  }

  /** Deletes a key; false when it was not there. */
  delete(key: Uint8Array): boolean {
    this.#checkSize(key, this.keySize, "key", true);
    const result = Number(libbpf("bpf_map_delete_elem")(this.#fd.fd, addressOf(key)));
    if (result === 0) return true;
    if (result === ENOENT) return false;
    throw new SystemError(`delete from ${this.#what}`, -result);
  }

  /** All keys; what is added or removed meanwhile may or may not appear. */
  *keys(): Generator<Buffer> {
    if (hasBatch(this.typeId)) {
      for (const [key] of this.entries()) yield key;
      return;
    }
    let previous: Buffer | undefined;
    for (;;) {
      const next = Buffer.allocUnsafeSlow(this.keySize);
      const result = Number(
        libbpf("bpf_map_get_next_key")(this.fd, previous ? addressOf(previous) : null, addressOf(next)),
      );
      if (result === ENOENT) return;
      check(result, `list keys of ${this.#what}`);
      yield next;
      previous = next;
    }
  }

  /** All keys with their values (copies); what is added or removed meanwhile may or may not appear. */
  *entries(): Generator<[key: Buffer, value: Buffer]> {
    if (!hasBatch(this.typeId)) {
      for (const key of this.keys()) {
        const value = this.lookup(key);
        if (value) yield [key, value];
      }
      return;
    }
    const page = Math.min(4096, Math.max(64, this.maxEntries));
    for (const { keys, values, count } of lookupBatches(
      this.fd,
      { key: this.keySize, value: this.transferSize },
      this.#what,
      page,
    )) {
      const ownKeys = Buffer.from(keys.subarray(0, count * this.keySize));
      const ownValues = Buffer.from(values.subarray(0, count * this.transferSize));
      for (let i = 0; i < count; i++) {
        yield [
          ownKeys.subarray(i * this.keySize, (i + 1) * this.keySize),
          ownValues.subarray(i * this.transferSize, (i + 1) * this.transferSize),
        ];
      }
    }
  }

  /** No update from user space any more, for ever. */
  freeze(): void {
    check(libbpf("bpf_map_freeze")(this.fd), `freeze ${this.#what}`);
  }

  /** Keeps the map in the kernel under a path on bpffs. @throws SystemError EEXIST when the path is taken */
  pin(path: string): void {
    pinFd(this.#fd, path);
  }

  /** Distance in bytes between the values in mapped memory. */
  get stride(): number {
    return round8(this.valueSize);
  }

  /**
   * The values of an array as memory, shared with the kernel and all processes; made for `Atomics`. Value `i`
   * starts at `i * stride`. After `close` it reads as zero, and what is written to it is lost.
   *
   * @throws SystemError EINVAL when the map was not created with BPF_F_MMAPABLE
   */
  mmap(options: { writable?: boolean } = {}): ArrayBuffer {
    const mapping = mapMemory(this.fd, this.stride * this.maxEntries, options.writable ?? false, this.#what);
    this.#mappings.push(mapping);
    return mapping.buffer;
  }

  /** Closes the descriptor and the mapped memory; the map lives on while pinned or used. */
  close(): void {
    for (const mapping of this.#mappings.splice(0)) mapping.unmap();
    this.#fd.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #requirePerCpu(): void {
    if (!isPerCpu(this.typeId)) throw new TypeError(`read ${this.#what} per cpu: it is a ${this.type}`);
  }

  get #what(): string {
    return `map ${this.name}`;
  }

  #checkSize(bytes: Uint8Array, size: number, part: string, exact = false): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`use ${part} of ${this.#what}: not a Uint8Array`);
    if (exact ? bytes.length !== size : bytes.length < size) {
      throw new RangeError(`use ${part} of ${this.#what}: ${bytes.length} bytes given, ${size} needed`);
    }
  }
}

/** A batch command stopped before its end. */
export class BatchError extends SystemError {
  override readonly name = "BatchError";

  constructor(
    step: string,
    errno: number,
    /** Entries that were handled before. */
    readonly processed: number,
  ) {
    super(`${step} after ${processed} entries`, errno);
  }
}
