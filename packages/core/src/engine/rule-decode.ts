import { formatAddress } from "../params/address.js";
import type { KeyField, Manifest } from "../module/types.js";
import { kindOf } from "../params/kinds.js";
import { keyWords, type Shape } from "./shapes.js";

/**
 * Turns a table's key back into the words of policy files: for each selector its fields, `src` and `dst` as addresses,
 * ports or endpoints. Addresses have the length of their mask where it is not full, ports a range, numbers their mask.
 */
export function decodeTableKey(
  shape: Shape,
  key: Buffer,
  layout: (selector: string) => Pick<Manifest, "module" | "key"> | undefined,
): Record<string, Record<string, string>> {
  const out: Record<string, Record<string, string>> = {};
  let at = 0;
  for (const { selector, mask } of shape.masks) {
    const maskBytes = Buffer.from(mask, "hex");
    const bytes = Buffer.alloc(Math.max(maskBytes.length + 3, 4));
    for (const word of keyWords(mask)) {
      key.copy(bytes, word * 4, at, at + 4);
      at += 4;
    }
    const fields: Record<string, string> = {};
    const ends = { src: {}, dst: {} } as Record<"src" | "dst", End>;
    const manifest = layout(selector);
    for (const field of manifest?.key?.fields ?? []) {
      const place = shape.family === 4 ? field.v4 : (field.v6 ?? field.v4);
      if (!place) continue;
      const [offset, size] = place;
      const fieldMask = maskBytes.subarray(offset, offset + size);
      if (fieldMask.every((b) => b === 0)) continue;
      const text = describe(field, bytes.subarray(offset, offset + size), fieldMask);
      if (field.end === null) fields[field.param] = text;
      else ends[field.end][field.kind === "ports" ? "port" : "address"] = text;
    }
    for (const [name, { address, port }] of Object.entries(ends)) {
      if (address === undefined && port === undefined) continue;
      fields[name] = manifest?.key?.ends === "endpoint" ? endpoint(address, port) : (address ?? port ?? "");
    }
    out[manifest?.module ?? selector] = fields;
  }
  return out;
}

/** What a key says of one end of a packet. */
interface End {
  address?: string;
  port?: string;
}

function endpoint(address = "*", port = "*"): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

function describe({ kind, descriptor }: KeyField, value: Buffer, mask: Buffer): string {
  const own = descriptor?.of ?? descriptor;
  if (own?.kind === "token") {
    const word = mask.findIndex((byte) => byte !== 0) & ~3;
    return String(kindOf(own).decode(value, word, own));
  }
  if (own?.kind === "enum") return String(kindOf(own).decode(value, 0, own));
  if (kind === "ip" || kind === "prefix") {
    const bits = mask.reduce((n, byte) => n + byte.toString(2).replaceAll("0", "").length, 0);
    const text = formatAddress(value);
    return bits === mask.length * 8 ? text : `${text}/${bits}`;
  }
  const number =
    kind === "ports" ? value.readUIntBE(0, value.length) : value.readUIntLE(0, Math.min(6, value.length));
  const full = mask.every((b) => b === 0xff);
  if (kind === "ports" && !full) {
    const rest = 0xffff ^ mask.readUIntBE(0, mask.length);
    if ((rest & (rest + 1)) === 0) return `${number}-${number + rest}`;
  }
  return full ? `${number}` : `${number}/0x${mask.toString("hex")}`;
}
