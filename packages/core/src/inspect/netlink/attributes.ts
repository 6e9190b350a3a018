const HEADER = 4;
const TYPE_MASK = 0x3fff;
const NESTED = 0x8000;

/** Netlink attributes by type; of several with one type the last. */
export type Attributes = ReadonlyMap<number, Buffer>;

/** Every attribute in `bytes`, in order. */
export function attributeList(bytes: Buffer): { readonly type: number; readonly value: Buffer }[] {
  const found: { type: number; value: Buffer }[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < HEADER || at + length > bytes.length) break;
    found.push({
      type: bytes.readUInt16LE(at + 2) & TYPE_MASK,
      value: bytes.subarray(at + HEADER, at + length),
    });
    at += (length + 3) & ~3;
  }
  return found;
}

export function attributes(bytes: Buffer): Attributes {
  return new Map(attributeList(bytes).map(({ type, value }) => [type, value]));
}

/** One attribute, padded to four bytes. */
export function attribute(type: number, value: Uint8Array | number | string, nested = false): Buffer {
  const body =
    typeof value === "string"
      ? Buffer.from(`${value}\0`)
      : typeof value === "number"
        ? Buffer.from(Uint32Array.of(value).buffer)
        : Buffer.from(value);
  const bytes = Buffer.alloc(HEADER + ((body.length + 3) & ~3));
  bytes.writeUInt16LE(HEADER + body.length, 0);
  bytes.writeUInt16LE(type | (nested ? NESTED : 0), 2);
  body.copy(bytes, HEADER);
  return bytes;
}

/** Text of an attribute, without its NUL. */
export function textOf(value: Buffer | undefined): string {
  return value === undefined ? "" : value.toString("latin1").replace(/\0.*$/s, "");
}
