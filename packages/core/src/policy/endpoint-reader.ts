import type { Ends } from "../module/types.js";
import { isMapped, parseIPv4, parseIPv6Into } from "../params/address.js";
import type { Family } from "./types.js";

const OPEN = 91;
const COLON = 58;

/** Reads 1..65535 or 0 without leading zeros; -1 for anything else. */
function parsePort(text: string, start: number): number {
  const length = text.length - start;
  if (length < 1 || length > 5 || (length > 1 && text.charCodeAt(start) === 48)) return -1;
  let port = 0;
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
  }
  return port <= 65535 ? port : -1;
}

/** Reads one exact end into fields of its own, so that reading a million of them allocates nothing. */
export class EndpointReader {
  /** Family of the last end that was read. */
  family: Family = 0;
  #v4 = 0;
  #port = 0;
  readonly #v6 = new Uint8Array(16);
  readonly #hasAddress: boolean;
  readonly #hasPort: boolean;

  constructor(ends: Ends) {
    this.#hasAddress = ends !== "port";
    this.#hasPort = ends !== "address";
  }

  /** @returns false when the end is not exactly one address (and port) */
  read(input: unknown): boolean {
    if (!this.#hasAddress) {
      this.family = 0;
      return this.#readPort(input);
    }
    if (!this.#hasPort) return this.#readAddress(input);
    if (typeof input === "string") return this.#readEndpoint(input);
    if (typeof input !== "object" || input === null) return false;
    let names = 0;
    for (const name in input) if (name !== "") names++;
    const { address, port } = input as { address?: unknown; port?: unknown };
    return names === 2 && this.#readPort(port) && this.#readAddress(address);
  }

  /** Writes what was read in network byte order. */
  write(out: Uint8Array, address: number, port: number): void {
    if (this.family === 4) {
      const v4 = this.#v4;
      out[address] = v4 >>> 24;
      out[address + 1] = v4 >>> 16;
      out[address + 2] = v4 >>> 8;
      out[address + 3] = v4;
    } else if (this.family === 6) {
      for (let i = 0; i < 16; i++) out[address + i] = this.#v6[i] ?? 0;
    }
    if (this.#hasPort) {
      out[port] = this.#port >>> 8;
      out[port + 1] = this.#port;
    }
  }

  #readEndpoint(text: string): boolean {
    if (text.charCodeAt(0) === OPEN) {
      const close = text.indexOf("]", 1);
      if (close < 0 || text.charCodeAt(close + 1) !== COLON) return false;
      this.#port = parsePort(text, close + 2);
      return this.#port >= 0 && this.#readV6(text, 1, close);
    }
    const colon = text.indexOf(":");
    if (colon < 0) return false;
    this.#port = parsePort(text, colon + 1);
    this.#v4 = parseIPv4(text, 0, colon);
    this.family = 4;
    return this.#port >= 0 && this.#v4 >= 0;
  }

  #readV6(text: string, start: number, end: number): boolean {
    this.family = 6;
    return parseIPv6Into(text, start, end, this.#v6, 0) && !isMapped(this.#v6);
  }

  #readAddress(input: unknown): boolean {
    if (typeof input === "string") {
      this.#v4 = parseIPv4(input);
      this.family = 4;
      return this.#v4 >= 0 || this.#readV6(input, 0, input.length);
    }
    if (!(input instanceof Uint8Array)) return false;
    if (input.length === 4) {
      this.family = 4;
      this.#v4 =
        (((input[0] ?? 0) << 24) | ((input[1] ?? 0) << 16) | ((input[2] ?? 0) << 8) | (input[3] ?? 0)) >>> 0;
      return true;
    }
    if (input.length !== 16 || isMapped(input)) return false;
    this.family = 6;
    this.#v6.set(input);
    return true;
  }

  #readPort(input: unknown): boolean {
    this.#port =
      typeof input === "number"
        ? Number.isInteger(input) && input >= 0 && input <= 65535
          ? input
          : -1
        : typeof input === "string"
          ? parsePort(input, 0)
          : -1;
    return this.#port >= 0;
  }
}
