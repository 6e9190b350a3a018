/** Builds .BTF sections by hand, for tests. */
export class BtfWriter {
  readonly #types: Buffer[] = [];
  #strings = "\0";

  name(text: string): number {
    if (text === "") return 0;
    const offset = this.#strings.length;
    this.#strings += `${text}\0`;
    return offset;
  }

  /** Adds a type of raw parts and returns its id. */
  add(
    name: string,
    kind: number,
    count: number,
    sizeOrType: number,
    tail: readonly number[] = [],
    flag = false,
  ): number {
    const words = [
      this.name(name),
      ((flag ? 0x80000000 : 0) | (kind << 24) | count) >>> 0,
      sizeOrType,
      ...tail,
    ];
    const bytes = Buffer.alloc(4 * words.length);
    words.forEach((word, i) => bytes.writeUInt32LE(word >>> 0, 4 * i));
    this.#types.push(bytes);
    return this.#types.length;
  }

  int(name: string, size: number, signed = false): number {
    return this.add(name, 1, 0, size, [((signed ? 1 : 0) << 24) | (size * 8)]);
  }

  struct(
    name: string,
    size: number,
    members: readonly (readonly [name: string, type: number, offset: number])[],
    kind = 4,
  ): number {
    return this.add(
      name,
      kind,
      members.length,
      size,
      members.flatMap(([member, type, offset]) => [this.name(member), type, offset * 8]),
    );
  }

  array(type: number, length: number): number {
    return this.add("", 3, 0, 0, [type, type, length]);
  }

  pointer(type: number): number {
    return this.add("", 2, 0, type);
  }

  /** `__uint(member, value)` of a map declaration. */
  uint(value: number): number {
    return this.pointer(this.array(0, value));
  }

  bytes(): Buffer {
    const types = Buffer.concat(this.#types);
    const strings = Buffer.from(this.#strings, "latin1");
    const header = Buffer.alloc(24);
    header.writeUInt16LE(0xeb9f, 0);
    header.writeUInt8(1, 2);
    [24, 0, types.length, types.length, strings.length].forEach((word, i) =>
      header.writeUInt32LE(word, 4 + 4 * i),
    );
    return Buffer.concat([header, types, strings]);
  }
}
