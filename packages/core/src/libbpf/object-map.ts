import { checkKind } from "./fd-kind.js";
import { libbpf } from "./library.js";
import type { Pointer } from "./koffi.js";
import { BpfMap } from "./map.js";
import { mapTypeName } from "./map-types.js";
import type { Owner } from "./object-program.js";
import { checkU32 } from "./pin.js";
import { capturePrints } from "./print.js";
import { SystemError } from "./system-error.js";

type Setter =
  | "bpf_map__set_key_size"
  | "bpf_map__set_value_size"
  | "bpf_map__set_max_entries"
  | "bpf_map__set_map_flags";

/** A map of an object, before and after load. Sizes in bytes. */
export class ObjectMap {
  readonly #pointer: Pointer;
  readonly #owner: Owner;
  readonly name: string;
  /** Holds the object's variables (`.rodata`, `.bss`, `.data`). */
  readonly internal: boolean;

  /** Objects make these. */
  constructor(pointer: Pointer, owner: Owner) {
    this.#pointer = pointer;
    this.#owner = owner;
    this.name = String(libbpf("bpf_map__name")(pointer));
    this.internal = Boolean(libbpf("bpf_map__is_internal")(pointer));
  }

  /** enum bpf_map_type. */
  get typeId(): number {
    return Number(libbpf("bpf_map__type")(this.#live()));
  }
  /** Name of its type, e.g. `hash`. */
  get type(): string {
    return mapTypeName(this.typeId);
  }
  /** Bytes of a key. */
  get keySize(): number {
    return Number(libbpf("bpf_map__key_size")(this.#live()));
  }
  /** Bytes of a value. */
  get valueSize(): number {
    return Number(libbpf("bpf_map__value_size")(this.#live()));
  }
  /** Entries at most; bytes of a ring buffer. */
  get maxEntries(): number {
    return Number(libbpf("bpf_map__max_entries")(this.#live()));
  }
  /** BPF_F_* bits. */
  get flags(): number {
    return Number(libbpf("bpf_map__map_flags")(this.#live()));
  }
  /** Whether `load` makes it. */
  get autocreate(): boolean {
    return Boolean(libbpf("bpf_map__autocreate")(this.#live()));
  }

  /** Overrides the size of keys. @throws Error after load */
  setKeySize(size: number): this {
    return this.#set("bpf_map__set_key_size", size, "key size");
  }
  /** Overrides the size of values. @throws Error after load */
  setValueSize(size: number): this {
    return this.#set("bpf_map__set_value_size", size, "value size");
  }
  /** Overrides how many entries it holds. @throws Error after load */
  setMaxEntries(entries: number): this {
    return this.#set("bpf_map__set_max_entries", entries, "max entries");
  }
  /** Overrides its flags. @throws Error after load */
  setFlags(flags: number): this {
    return this.#set("bpf_map__set_map_flags", flags, "flags");
  }

  /** With `false`, `load` makes no map; programs may name it in dead code only. @throws Error after load */
  setAutocreate(autocreate: boolean): this {
    return this.#run("autocreate", () =>
      libbpf("bpf_map__set_autocreate")(this.#open("autocreate"), autocreate),
    );
  }

  /**
   * Uses an existing map in place of a new one. Neither libbpf nor the kernel compares the two: do that before.
   *
   * @param fd stays with its owner
   * @throws SystemError EBADF, EINVAL when it is no map
   */
  reuseFd(fd: number): this {
    const pointer = this.#open("reuse fd");
    checkKind(fd, "map", `descriptor for map ${this.name}`);
    return this.#run("reuse fd", () => libbpf("bpf_map__reuse_fd")(pointer, fd));
  }

  /** Descriptor, owned by the object. @throws Error before load (unless reused) or without autocreate */
  get fd(): number {
    const fd = Number(libbpf("bpf_map__fd")(this.#live()));
    if (fd < 0) throw new Error(`use map ${this.name}: it is not created`);
    return fd;
  }

  /** The map with a descriptor of its own, which outlives the object. */
  map(): BpfMap {
    return BpfMap.fromFd(this.fd);
  }

  /** The pointer of libbpf, for this directory only. @internal */
  get pointer(): Pointer {
    return this.#live();
  }

  #set(symbol: Setter, value: number, what: string): this {
    return this.#run(what, () =>
      libbpf(symbol)(this.#open(what), checkU32(value, `${what} of map ${this.name}`)),
    );
  }

  #run(what: string, call: () => number | bigint): this {
    const { result, log } = capturePrints(call);
    if (Number(result) < 0) throw new SystemError(`set ${what} of map ${this.name}`, -Number(result), log);
    return this;
  }

  #live(): Pointer {
    this.#owner.alive();
    return this.#pointer;
  }

  #open(what: string): Pointer {
    if (this.#owner.loaded) throw new Error(`set ${what} of map ${this.name}: the object is loaded already`);
    return this.#live();
  }
}
