import type { TraceHop } from "@emptcp/core";
import { differences, type Field } from "@emptcp/core/dissect";

/** One field that a hop changed; absent values: the field was not there before, or is gone. */
export interface Change {
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

/** Padding of the options: their list tells it. */
const PADDING = /\.(nop|eol)(#\d+)?$/;
/** Bytes that no layer explains: their text would fill the screen. */
const BULK = /(^|\.)(payload|rest|trailer)$/;
const HEX = /\.(checksum|flags|type|token|nonce)$/;

function valueText({ path, value, size }: Field): string {
  if (BULK.test(path)) return `${size} bytes`;
  if (HEX.test(path) && typeof value === "number") return `0x${value.toString(16).padStart(size * 2, "0")}`;
  return String(value);
}

/** The state of a checksum is told where it is the only news. */
function withStatus(field: Field | undefined, other: Field | undefined): string | undefined {
  if (!field) return undefined;
  const text = valueText(field);
  return other && field.value === other.value && field.checksum ? `${text} ${field.checksum}` : text;
}

/** Bytes of a field that lies at the end of a capture may be cut off: what is there of both must differ. */
function sameBulk(hop: TraceHop, before: Field | undefined, after: Field | undefined): boolean {
  const cut = hop.length.before > hop.before.length || hop.length.after > hop.after.length;
  if (!cut || !before || !after) return false;
  const [a, b] = [String(before.value), String(after.value)];
  const common = Math.min(a.length, b.length);
  return a.slice(0, common) === b.slice(0, common);
}

/** What a hop changed, by the names of the fields. */
export function changesOf(hop: TraceHop): Change[] {
  if (hop.at === "entry" || hop.before.length === 0 || hop.before.equals(hop.after)) return [];
  const list = differences(hop.after, hop.before, hop.port.layer3 ? "ip" : "ethernet");
  return list.flatMap(({ path, expected, actual }) => {
    const bulk = BULK.test(path);
    if (PADDING.test(path)) return [];
    if (bulk && sameBulk(hop, expected, actual)) return [];
    const [before, after] = [withStatus(expected, actual), withStatus(actual, expected)];
    const told = bulk && before === after ? `${after}, other contents` : after;
    return [
      { field: path, ...(before !== undefined && { before }), ...(told !== undefined && { after: told }) },
    ];
  });
}
