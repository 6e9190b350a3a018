import type { Rules } from "../module/manifest-rules.js";

const MAX_DEPTH = 16;
const MAX_SIZE = 1 << 16;
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/;

const KEYS: Readonly<Record<string, readonly string[]>> = {
  uint: ["order", "bits", "shift"],
  int: ["order", "bits", "shift"],
  bool: [],
  enum: ["signed", "names"],
  text: [],
  ip: [],
  mac: [],
  raw: ["c"],
  array: ["length", "of"],
  struct: ["name", "fields"],
};

/** Checks the description of a type that may come from anyone; what passes is safe to decode with. */
export function checkValueType(r: Rules, path: string, input: unknown, depth = 0): void {
  const kind = (input as { kind?: unknown } | null)?.kind;
  const own = typeof kind === "string" && Object.hasOwn(KEYS, kind) ? KEYS[kind] : undefined;
  if (!r.check(`${path}.kind`, own !== undefined, `one of ${Object.keys(KEYS).join(", ")}`, kind)) return;
  if (!r.check(path, depth < MAX_DEPTH, `nested at most ${MAX_DEPTH} times`, depth)) return;
  const type = r.object(path, input, ["kind", "size", ...(own ?? [])]);
  const size = r.integer(`${path}.size`, type?.["size"], 0, MAX_SIZE);
  if (!type || size === undefined) return;
  switch (kind) {
    case "uint":
    case "int":
      return checkInteger(r, path, type, size);
    case "bool":
      r.check(path, size >= 1 && size <= 8, "1 to 8 bytes", size);
      return;
    case "ip":
      r.check(path, size === 4 || size === 16, "4 or 16 bytes", size);
      return;
    case "mac":
      r.check(path, size === 6, "6 bytes", size);
      return;
    case "enum":
      r.check(path, [1, 2, 4, 8].includes(size), "1, 2, 4 or 8 bytes", size);
      r.check(`${path}.signed`, typeof type["signed"] === "boolean", "true or false", type["signed"]);
      r.each(`${path}.names`, type["names"], 4096, (at, item) => {
        const [name, value] = Array.isArray(item) ? (item as unknown[]) : [];
        r.text(`${at}[0]`, name, 128, NAME);
        r.text(`${at}[1]`, value, 20, /^-?\d{1,20}$/);
      });
      return;
    case "raw":
      r.text(`${path}.c`, type["c"], 300);
      return;
    case "array": {
      const length = r.integer(`${path}.length`, type["length"], 0, MAX_SIZE);
      checkValueType(r, `${path}.of`, type["of"], depth + 1);
      const inner = (type["of"] as { size?: number } | undefined)?.size ?? 0;
      r.check(path, (length ?? 0) * inner === size, "as many bytes as its elements have", size);
      r.check(path, inner > 0 || length === 0, "elements of a byte at least", inner);
      return;
    }
    case "struct":
      r.text(`${path}.name`, type["name"], 128);
      checkFieldList(r, `${path}.fields`, type["fields"], size, depth);
  }
}

/** Members of a struct, or of an event: as many bits together as it has, so that there are never more of them than bits. */
export function checkFieldList(r: Rules, path: string, input: unknown, size: number, depth = 0): void {
  let bits = 0;
  r.each(path, input, 1024, (at, item) => {
    const field = r.object(at, item, ["name", "offset", "size", "type"]);
    if (!field) return;
    r.text(`${at}.name`, field["name"], 128, NAME);
    const offset = r.integer(`${at}.offset`, field["offset"], 0, MAX_SIZE) ?? 0;
    checkValueType(r, `${at}.type`, field["type"], depth + 1);
    const type = field["type"] as { size?: number; bits?: number } | undefined;
    const inner = type?.size ?? 0;
    bits += type?.bits ?? 8 * inner;
    r.check(at, inner > 0 && offset + inner <= size, "a member within its struct", offset);
  });
  r.check(path, bits <= 8 * size, "members that do not overlap", bits);
  r.unique(path, input, "name");
}

function checkInteger(r: Rules, path: string, type: Readonly<Record<string, unknown>>, size: number): void {
  r.check(path, size >= 1 && size <= 8, "1 to 8 bytes", size);
  r.oneOf(`${path}.order`, type["order"], ["host", "network"]);
  if (type["bits"] === undefined && type["shift"] === undefined) return;
  const bits = r.integer(`${path}.bits`, type["bits"], 1, 64);
  const shift = r.integer(`${path}.shift`, type["shift"], 0, 7);
  r.check(path, (bits ?? 0) + (shift ?? 0) <= 8 * size, "bits within its bytes", bits);
}
