import { readBtf, sectionVariables, type Variable } from "../object/variables.js";
import { readElf } from "../object/elf.js";
import { addressOf, koffi, type Pointer } from "./koffi.js";
import { libbpf } from "./library.js";
import { ObjectMap } from "./object-map.js";
import { ObjectProgram, type Owner } from "./object-program.js";
import { capturePrints } from "./print.js";
import { SystemError } from "./system-error.js";
import { VerifierError } from "./verifier-error.js";

const OPEN_OPTS_SIZE = 80;
const OBJECT_NAME_AT = 8;

/** An object file in libbpf's hands: opened, changed, loaded, closed. */
export class BpfObject {
  #pointer: Pointer | undefined;
  #loaded = false;
  readonly name: string;
  readonly #programs: ObjectProgram[] = [];
  readonly #maps: ObjectMap[] = [];
  readonly #bytes: Uint8Array;
  #rodata: Map<string, Variable> | undefined;
  readonly #allocated: Pointer[] = [];

  private constructor(pointer: Pointer, bytes: Uint8Array, name: string) {
    this.#pointer = pointer;
    this.#bytes = bytes;
    this.name = name;
    const self = this;
    const owner: Owner = {
      get loaded() {
        return self.#loaded;
      },
      alive: () => void self.#live(),
    };
    for (let p = next("program", pointer, null); p; p = next("program", pointer, p))
      this.#programs.push(new ObjectProgram(p, owner));
    for (let m = next("map", pointer, null); m; m = next("map", pointer, m))
      this.#maps.push(new ObjectMap(m, owner));
  }

  /**
   * Opens an object file; nothing reaches the kernel yet.
   *
   * @param bytes contents of a BPF object
   * @param options.name prefix of the names of its variable maps, and for messages
   * @throws ObjectError when it is no BPF object, SystemError with libbpf's message when libbpf refuses it
   */
  static open(bytes: Uint8Array, options: { readonly name: string }): BpfObject {
    if (!(bytes instanceof Uint8Array))
      throw new TypeError(`open object ${options.name}: it is given as ${typeof bytes}, not as a Uint8Array`);
    readElf(bytes);
    const copy = Buffer.from(bytes);
    const name = Buffer.from(`${options.name}\0`, "latin1");
    const opts = Buffer.alloc(OPEN_OPTS_SIZE);
    opts.writeBigUInt64LE(BigInt(OPEN_OPTS_SIZE), 0);
    opts.writeBigUInt64LE(addressOf(name), OBJECT_NAME_AT);
    const { result, log } = capturePrints(() => {
      const object = libbpf("bpf_object__open_mem")(addressOf(copy), copy.length, addressOf(opts));
      return { object: object as unknown as Pointer | null, errno: object ? 0 : koffi().errno() };
    });
    if (!result.object) throw new SystemError(`open object ${options.name}`, result.errno, log);
    return new BpfObject(result.object, copy, options.name);
  }

  /** Its programs, in the order of the file. */
  programs(): ObjectProgram[] {
    this.#live();
    return [...this.#programs];
  }

  /** A program by its name in C. @throws Error when the object has no such program */
  program(name: string): ObjectProgram {
    this.#live();
    return (
      this.#programs.find((p) => p.name === name) ??
      missing(`program "${name}" in ${this.name}`, this.#programs)
    );
  }

  /** Its maps, those of variables (`.rodata`, `.bss`) included. */
  maps(): ObjectMap[] {
    this.#live();
    return [...this.#maps];
  }

  /** A map by its name in C. @throws Error when the object has no such map */
  map(name: string): ObjectMap {
    return this.findMap(name) ?? missing(`map "${name}" in ${this.name}`, this.#maps);
  }

  /** As `map`; undefined when there is none. */
  findMap(name: string): ObjectMap | undefined {
    this.#live();
    return this.#maps.find((m) => m.name === name);
  }

  /** The `const volatile` variables, with offsets and sizes. */
  rodata(): Variable[] {
    return [...this.#variables().values()];
  }

  /** Whether there is such a `const volatile` variable. */
  hasRodata(variable: string): boolean {
    return this.#variables().has(variable);
  }

  /**
   * Sets a `const volatile` variable; the verifier sees it as a constant.
   *
   * @param value little-endian bytes of exactly the variable's size, or a number for variables of 1, 2, 4 or 8 bytes
   * @throws Error for unknown variables and after load, RangeError when the value does not fit
   */
  setRodata(variable: string, value: Uint8Array | number | bigint): void {
    const pointer = this.#live();
    if (this.#loaded) throw new Error(`set ${variable} of ${this.name}: the object is loaded already`);
    const found = this.#variables().get(variable);
    if (!found) missing(`variable "${variable}" in .rodata of ${this.name}`, this.rodata());
    const bytes = value instanceof Uint8Array ? value : integerBytes(value, found);
    if (bytes.length !== found.size) {
      throw new RangeError(
        `set ${variable} of ${this.name}: ${bytes.length} bytes given, the variable has ${found.size}`,
      );
    }
    const map = this.#maps.find((m) => m.internal && m.name.endsWith(".rodata"));
    if (!map || !pointer) throw new Error(`set ${variable} of ${this.name}: the object has no .rodata map`);
    const size = Buffer.alloc(8);
    const memory = libbpf("bpf_map__initial_value")(
      map.pointer,
      addressOf(size),
    ) as unknown as Pointer | null;
    const length = Number(size.readBigUInt64LE());
    if (!memory || found.offset + found.size > length)
      throw new Error(`set ${variable} of ${this.name}: .rodata has ${length} bytes only`);
    new Uint8Array(koffi().view(memory, length)).set(bytes, found.offset);
  }

  /**
   * Creates the maps and loads the programs.
   *
   * @throws VerifierError when the verifier refuses a program; SystemError for all else, with libbpf's message
   */
  load(): void {
    const pointer = this.#live();
    if (this.#loaded) throw new Error(`load ${this.name}: it is loaded already`);
    const programs = this.#programs.filter((p) => p.autoload);
    for (const program of programs) program.prepareLog((size) => this.#allocate(size));
    const { result, log } = capturePrints(() => libbpf("bpf_object__load")(pointer));
    // a load that failed cannot be repeated: libbpf has given up its state
    this.#loaded = true;
    const errno = -Number(result);
    const logs = programs.map((p) => ({ name: p.name, log: p.takeLog() }));
    if (errno === 0) return;
    const refused = logs.filter((l) => l.log.trim() !== "").at(-1);
    if (refused) throw new VerifierError(refused.name, refused.log, errno);
    throw new SystemError(`load ${this.name}`, errno, log);
  }

  /** Closes the object with all its descriptors; what was pinned, attached or duplicated stays. */
  close(): void {
    const pointer = this.#pointer;
    if (!pointer) return;
    this.#pointer = undefined;
    libbpf("bpf_object__close")(pointer);
    this.#free();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #variables(): Map<string, Variable> {
    this.#live();
    if (!this.#rodata) {
      const elf = readElf(this.#bytes);
      const btf = readBtf(elf);
      this.#rodata = new Map((btf ? sectionVariables(elf, btf, ".rodata") : []).map((v) => [v.name, v]));
    }
    return this.#rodata;
  }

  #live(): Pointer {
    if (!this.#pointer) throw new Error(`use of closed object ${this.name}`);
    return this.#pointer;
  }

  /** Memory that stays where it is while libbpf holds its address. */
  #allocate(size: number): { buffer: Buffer; address: Pointer } {
    const address = koffi().alloc("uint8_t", size) as Pointer;
    this.#allocated.push(address);
    const buffer = Buffer.from(koffi().view(address, size));
    buffer[0] = 0;
    return { buffer, address };
  }

  #free(): void {
    for (const address of this.#allocated.splice(0)) koffi().free(address);
  }
}

function next(sort: "program" | "map", object: Pointer, previous: Pointer | null): Pointer | null {
  return libbpf(`bpf_object__next_${sort}`)(object, previous) as unknown as Pointer | null;
}

function missing(what: string, known: readonly { readonly name: string }[]): never {
  throw new Error(`find ${what}: it has ${known.map((k) => k.name).join(", ") || "none"}`);
}

function integerBytes(value: number | bigint, { name, size }: Variable): Buffer {
  if (![1, 2, 4, 8].includes(size))
    throw new RangeError(`set ${name}: it has ${size} bytes, give bytes in place of ${value}`);
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new RangeError(`set ${name}: ${value} is not an integer`);
  const wide = BigInt(value);
  const bits = size * 8;
  if (wide !== BigInt.asUintN(bits, wide) && wide !== BigInt.asIntN(bits, wide)) {
    throw new RangeError(`set ${name}: ${value} does not fit ${size} bytes`);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, wide));
  return bytes.subarray(0, size);
}
