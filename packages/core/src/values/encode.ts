import { parseAddress } from "../params/address.js";
import { mac } from "../params/mac.js";
import { ParamRefusal } from "../params/types.js";
import { suggest } from "../text.js";
import type { IntegerType, Value, ValueType } from "./types.js";

/** What is wrong with one member of a value; `path` is empty for the value itself. */
export interface ValueProblem {
  readonly path: string;
  readonly expected: string;
  readonly got: unknown;
  /** `; did you mean …`, or nothing. */
  readonly suggestion?: string;
}

/**
 * Writes a value as the kernel keeps it. Every member must be there; what lies between members is zero.
 *
 * @param input what `decodeValue` gives; numbers and bigints are taken for each other, bytes also as hexadecimal text
 * @param problems collects everything wrong; the bytes mean nothing then
 */
export function encodeValue(type: ValueType, input: unknown, problems: ValueProblem[], path = ""): Buffer {
  const bytes = Buffer.alloc(type.size);
  write(type, input, bytes, 0, (at, expected, got, suggestion) =>
    problems.push({ path: at, expected, got, ...(suggestion && { suggestion }) }),
  )(path);
  return bytes;
}

type Report = (path: string, expected: string, got: unknown, suggestion?: string) => void;

function write(type: ValueType, input: unknown, out: Buffer, at: number, report: Report) {
  return (path: string): void => {
    const refuse = (expected: string): void => report(path, expected, input);
    switch (type.kind) {
      case "uint":
      case "int":
        return writeInteger(type, input, out, at, refuse);
      case "bool":
        if (typeof input !== "boolean") return refuse("true or false");
        out[at] = input ? 1 : 0;
        return;
      case "enum": {
        const found = type.names.find(([name]) => name === input)?.[1];
        const number = typeof input === "string" ? found && BigInt(found) : input;
        if (number === undefined) return refuse(type.names.map(([name]) => name).join(" or "));
        const kind = type.signed ? "int" : "uint";
        return writeInteger({ kind, size: type.size, order: "host" }, number, out, at, refuse);
      }
      case "text": {
        const text = typeof input === "string" && !input.includes("\0") ? Buffer.from(input) : undefined;
        if (!text || text.length > type.size) return refuse(`text of at most ${type.size} bytes`);
        out.set(text, at);
        return;
      }
      case "ip":
        return writeAddress(type.size, input, out, at, refuse);
      case "mac": {
        const parsed = mac.parse(input as never, { kind: "mac", description: "" } as never);
        if (parsed instanceof ParamRefusal) return refuse('a MAC address such as "02:00:00:00:00:01"');
        out.set(parsed as Uint8Array, at);
        return;
      }
      case "raw": {
        const hex = typeof input === "string" && /^([0-9a-f]{2})*$/i.test(input);
        const bytes = hex ? Buffer.from(input, "hex") : input;
        if (!(bytes instanceof Uint8Array) || bytes.length !== type.size)
          return refuse(`${type.size} bytes (${type.c}), in hexadecimal`);
        out.set(bytes, at);
        return;
      }
      case "array":
        if (!Array.isArray(input) || input.length !== type.length) return refuse(`a list of ${type.length}`);
        input.forEach((item: unknown, i) =>
          write(type.of, item, out, at + i * type.of.size, report)(`${path}[${i}]`),
        );
        return;
      case "struct":
        return writeStruct(type, input, out, at, report, path);
    }
  };
}

function writeStruct(
  type: Extract<ValueType, { kind: "struct" }>,
  input: unknown,
  out: Buffer,
  at: number,
  report: Report,
  path: string,
): void {
  const names = type.fields.map((f) => f.name);
  if (typeof input !== "object" || input === null || Array.isArray(input) || input instanceof Uint8Array)
    return report(path, `an object with ${names.join(", ")}`, input);
  const below = (name: string): string => (path === "" ? name : `${path}.${name}`);
  for (const name of Object.keys(input)) {
    if (!names.includes(name))
      report(below(name), `no other members than ${names.join(", ")}`, name, suggest(name, names));
  }
  const members = input as Readonly<Record<string, Value>>;
  for (const { name, offset, type: inner } of type.fields) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    write(inner, member, out, at + offset, report)(below(name));
  }
}

function writeInteger(
  type: IntegerType,
  input: unknown,
  out: Buffer,
  at: number,
  refuse: (expected: string) => void,
): void {
  const { size, bits, shift = 0 } = type;
  const width = bits ?? 8 * size;
  const [min, max] =
    type.kind === "int"
      ? [-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n]
      : [0n, (1n << BigInt(width)) - 1n];
  const value =
    typeof input === "bigint"
      ? input
      : typeof input === "number" && Number.isSafeInteger(input)
        ? BigInt(input)
        : undefined;
  if (value === undefined || value < min || value > max) return refuse(`an integer in ${min}..${max}`);
  const mask = (1n << BigInt(width)) - 1n;
  const wanted = (value & mask) << BigInt(shift);
  for (let i = 0; i < size; i++) {
    const byte = Number((wanted >> BigInt(8 * i)) & 0xffn);
    const position = type.order === "network" ? at + size - 1 - i : at + i;
    out[position] = (out[position] ?? 0) | byte; // other bit fields share the byte
  }
}

function writeAddress(
  size: number,
  input: unknown,
  out: Buffer,
  at: number,
  refuse: (expected: string) => void,
): void {
  const address = typeof input === "string" ? parseAddress(input) : undefined;
  if (!address || (size === 4 && address.family === 6))
    return refuse(size === 4 ? "an IPv4 address" : "an IP address");
  if (size === 16 && address.family === 4) {
    out.fill(0xff, at + 10, at + 12);
    out.set(address.bytes, at + 12);
  } else {
    out.set(address.bytes, at);
  }
}
