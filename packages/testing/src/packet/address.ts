import { concat, uint } from "./bytes.js";

export { formatAddress } from "@emptcp/core/dissect";

/** Tells the family of an address written as text. */
export function familyOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

/**
 * Parses "10.0.0.1" (4 bytes) or any RFC 4291 text form of an IPv6 address (16 bytes).
 * @throws SyntaxError when the text is no address
 */
export function parseAddress(text: string): Uint8Array {
  return familyOf(text) === 4 ? parseV4(text) : parseV6(text);
}

function parseV4(text: string): Uint8Array {
  const parts = text.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) {
    throw new SyntaxError(`parse IPv4 address: unexpected text "${text}"`);
  }
  return Uint8Array.from(parts, Number);
}

function groups(text: string, whole: string): Uint8Array {
  if (text === "") return new Uint8Array();
  const parts = text.split(":");
  return concat(
    ...parts.map((part, i) => {
      if (i === parts.length - 1 && part.includes(".")) return parseV4(part);
      if (!/^[0-9a-f]{1,4}$/i.test(part))
        throw new SyntaxError(`parse IPv6 address: unexpected text "${whole}"`);
      return uint(Number.parseInt(part, 16), 2);
    }),
  );
}

function parseV6(text: string): Uint8Array {
  const halves = text.split("::");
  const [left = "", right] = halves;
  const head = groups(left, text);
  const tail = right === undefined ? new Uint8Array() : groups(right, text);
  const missing = 16 - head.length - tail.length;
  if (halves.length > 2 || (right === undefined ? missing !== 0 : missing < 2)) {
    throw new SyntaxError(`parse IPv6 address: unexpected text "${text}"`);
  }
  return concat(head, new Uint8Array(missing), tail);
}

/**
 * Parses "02:00:00:00:00:01" (6 bytes).
 * @throws SyntaxError when the text is no MAC address
 */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text))
    throw new SyntaxError(`parse MAC address: unexpected text "${text}"`);
  return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
}
