import { libbpf } from "./library.js";
import type { Pointer } from "./koffi.js";
import { pinFd } from "./pin.js";
import { Fd } from "./fd.js";
import { BpfProgram } from "./program.js";
import { programTypeId, type ProgramTypeName } from "./program-types.js";
import { check } from "./system-error.js";

/** Room for the verifier's log of one program; the kernel keeps the end of longer ones. */
const LOG_SIZE = 1 << 20;

/** Access to the object that owns a program or map: throws when it is closed. */
export interface Owner {
  readonly loaded: boolean;
  alive(): void;
}

/** A program of an object, before and after load. */
export class ObjectProgram {
  readonly #pointer: Pointer;
  readonly #owner: Owner;
  readonly name: string;
  /** Name of its section, e.g. `xdp`. */
  readonly section: string;
  #log: Buffer | undefined;

  /** Objects make these. */
  constructor(pointer: Pointer, owner: Owner) {
    this.#pointer = pointer;
    this.#owner = owner;
    this.name = String(libbpf("bpf_program__name")(pointer));
    this.section = String(libbpf("bpf_program__section_name")(pointer));
  }

  /** Whether `load` loads it. */
  get autoload(): boolean {
    return Boolean(libbpf("bpf_program__autoload")(this.#live()));
  }

  /** Whether `load` loads it. @throws Error after load */
  setAutoload(autoload: boolean): this {
    check(
      libbpf("bpf_program__set_autoload")(this.#open("set autoload"), autoload),
      `set autoload of ${this.name}`,
    );
    return this;
  }

  /** Overrides what the section name says. @throws Error after load */
  setType(type: ProgramTypeName | number): this {
    check(
      libbpf("bpf_program__set_type")(this.#open("set type"), programTypeId(type)),
      `set type of ${this.name}`,
    );
    return this;
  }

  /** Overrides what the section name says (enum bpf_attach_type). @throws Error after load */
  setExpectedAttachType(type: number): this {
    if (!Number.isInteger(type) || type < 0 || type > 1000)
      throw new RangeError(`set attach type of ${this.name}: ${type} is not one`);
    check(
      libbpf("bpf_program__set_expected_attach_type")(this.#open("set attach type"), type),
      `set attach type of ${this.name}`,
    );
    return this;
  }

  /** Descriptor, owned by the object. @throws Error before load, or when it was not loaded */
  get fd(): number {
    const fd = Number(libbpf("bpf_program__fd")(this.#live()));
    if (!this.#owner.loaded || fd < 0) throw new Error(`use program ${this.name}: it is not loaded`);
    return fd;
  }

  /** The loaded program with a descriptor of its own, which outlives the object. */
  program(): BpfProgram {
    return BpfProgram.fromFd(this.fd);
  }

  /** Keeps the loaded program under a path on bpffs. @throws SystemError EEXIST when the path is taken */
  pin(path: string): void {
    using copy = Fd.duplicate(this.fd, `program ${this.name}`);
    pinFd(copy, path);
  }

  /** Gives the verifier room for its log, which it writes on failure only. */
  prepareLog(allocate: (size: number) => { buffer: Buffer; address: Pointer }): void {
    const { buffer, address } = allocate(LOG_SIZE);
    this.#log = buffer;
    check(libbpf("bpf_program__set_log_buf")(this.#live(), address, LOG_SIZE), `set log of ${this.name}`);
    check(libbpf("bpf_program__set_log_level")(this.#live(), 0), `set log level of ${this.name}`);
  }

  /** What the verifier said in a failed load; empty when it did not complain. */
  takeLog(): string {
    const log = this.#log;
    this.#log = undefined;
    if (!log) return "";
    const end = log.indexOf(0);
    return log.toString("latin1", 0, end < 0 ? log.length : end);
  }

  #live(): Pointer {
    this.#owner.alive();
    return this.#pointer;
  }

  #open(what: string): Pointer {
    if (this.#owner.loaded) throw new Error(`${what} of ${this.name}: the object is loaded already`);
    return this.#live();
  }
}
