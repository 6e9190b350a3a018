import { formatAddress, isMapped } from "../params/address.js";
import type { IntegerType, Value, ValueType } from "./types.js";

const WIDE = 6; // bytes that a number holds exactly, and Buffer reads

/**
 * Reads a value.
 *
 * @param bytes at least `at` and the type's size
 * @throws RangeError when there are fewer
 */
export function decodeValue(type: ValueType, bytes: Buffer, at = 0): Value {
  if (at + type.size > bytes.length)
    throw new RangeError(`read value of ${type.size} bytes: ${bytes.length - at} are there`);
  switch (type.kind) {
    case "uint":
    case "int":
      return decodeInteger(type, bytes, at);
    case "bool":
      return bytes.subarray(at, at + type.size).some((b) => b !== 0);
    case "enum":
      return decodeEnum(type, bytes, at);
    case "text":
      return decodeText(bytes.subarray(at, at + type.size));
    case "ip":
      return formatIp(bytes.subarray(at, at + type.size));
    case "mac":
      return bytes
        .subarray(at, at + type.size)
        .toString("hex")
        .replace(/(..)(?!$)/g, "$1:");
    case "raw":
      return Buffer.from(bytes.subarray(at, at + type.size));
    case "array":
      return Array.from({ length: type.length }, (_, i) =>
        decodeValue(type.of, bytes, at + i * type.of.size),
      );
    case "struct":
      return Object.fromEntries(type.fields.map((f) => [f.name, decodeValue(f.type, bytes, at + f.offset)]));
  }
}

function decodeInteger(type: IntegerType, bytes: Buffer, at: number): number | bigint {
  const { size, bits, shift = 0 } = type;
  if (bits === undefined && size <= WIDE) {
    if (type.order === "network") return bytes.readUIntBE(at, size);
    return type.kind === "int" ? bytes.readIntLE(at, size) : bytes.readUIntLE(at, size);
  }
  let value = 0n;
  for (let i = 0; i < size; i++) {
    const byte = bytes[type.order === "network" ? at + size - 1 - i : at + i] ?? 0;
    value |= BigInt(byte) << BigInt(8 * i);
  }
  const width = bits ?? 8 * size;
  value = BigInt.asUintN(width, value >> BigInt(shift));
  if (type.kind === "int") value = BigInt.asIntN(width, value);
  return width <= 8 * WIDE ? Number(value) : value;
}

function decodeEnum(
  type: Extract<ValueType, { kind: "enum" }>,
  bytes: Buffer,
  at: number,
): string | number | bigint {
  const kind = type.signed ? "int" : "uint";
  const value = decodeInteger({ kind, size: type.size, order: "host" }, bytes, at);
  return type.names.find(([, number]) => number === `${value}`)?.[0] ?? value;
}

function decodeText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}

function formatIp(bytes: Buffer): string {
  return formatAddress(bytes.length === 16 && isMapped(bytes) ? bytes.subarray(12) : bytes);
}
