import type { Value } from "@emptcp/core";
import { visible } from "../terminal.js";

/** A value of a map or an event as text on one line: `name=1 address=10.0.0.1 flags=[1 2]`. */
export function formatValue(value: Value, inner = false): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex") || "-";
  if (Array.isArray(value)) return `[${value.map((v: Value) => formatValue(v, true)).join(" ")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value).map(([name, v]) => `${name}=${formatValue(v, true)}`);
    return inner ? `{${members.join(" ")}}` : members.join(" ");
  }
  if (typeof value !== "string") return String(value);
  return visible(value === "" || /[\s"={}[\]]/.test(value) ? JSON.stringify(value) : value);
}

/** A value for JSON: buffers as hexadecimal text. */
export function jsonValue(value: Value): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map((v: Value) => jsonValue(v));
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, jsonValue(v)]));
}
