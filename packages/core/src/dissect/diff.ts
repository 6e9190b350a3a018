import { hex } from "./bytes.js";
import { dissect } from "./dissect.js";
import type { Field, Link } from "./reader.js";

/** One difference between two packets. */
export interface FieldDifference {
  readonly path: string;
  readonly expected?: Field;
  readonly actual?: Field;
}

/** Compares two packets field by field; equal bytes give an empty list. */
export function differences(
  actual: Uint8Array,
  expected: Uint8Array,
  link: Link = "ethernet",
): FieldDifference[] {
  if (hex(actual) === hex(expected)) return [];
  const [old, now] = [expected, actual].map(
    (bytes) => new Map(dissect(bytes, link).fields.map((field) => [field.path, field])),
  );
  const paths = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return [...paths].flatMap((path) => {
    const [before, after] = [old?.get(path), now?.get(path)];
    if (before && after && before.value === after.value && before.checksum === after.checksum) return [];
    return [{ path, ...(before && { expected: before }), ...(after && { actual: after }) }];
  });
}

function show(field: Field | undefined, bytes: Uint8Array): string {
  if (!field) return "(absent)";
  const raw = hex(bytes.subarray(field.offset, field.offset + Math.min(field.size, 8)), " ");
  const value =
    typeof field.value === "string" && field.value.length > 40
      ? `${field.value.slice(0, 40)}…`
      : String(field.value);
  const status = field.checksum ? `, ${field.checksum}` : "";
  return `${value}${status} [${raw}${field.size > 8 ? " …" : ""} @${field.offset}]`;
}

/** Hexadecimal dump, 16 bytes to a line; bytes that differ from `other` stand in brackets. */
export function hexDump(bytes: Uint8Array, other: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = Array.from(bytes.subarray(at, at + 16), (byte, i) => {
      const text = byte.toString(16).padStart(2, "0");
      return byte === other[at + i] ? ` ${text} ` : `[${text}]`;
    });
    lines.push(`${at.toString(16).padStart(4, "0")}  ${row.join("")}`.trimEnd());
  }
  return lines.join("\n");
}

/** Describes the differences by field name, with old and new bytes, and both packets in hexadecimal. */
export function describeDifferences(
  actual: Uint8Array,
  expected: Uint8Array,
  link: Link = "ethernet",
): string {
  const list = differences(actual, expected, link);
  const width = Math.max(0, ...list.map((difference) => difference.path.length));
  const lines = list.map(
    ({ path, expected: before, actual: after }) =>
      `  ${path.padEnd(width)}  expected ${show(before, expected)}\n  ${"".padEnd(width)}  received ${show(after, actual)}`,
  );
  if (list.length === 0) lines.push("  (no named field: the bytes below differ)");
  return [
    `packets differ in ${list.length} field${list.length === 1 ? "" : "s"} (expected ${expected.length} bytes, received ${actual.length}):`,
    ...lines,
    "expected:",
    hexDump(expected, actual),
    "received:",
    hexDump(actual, expected),
  ].join("\n");
}
