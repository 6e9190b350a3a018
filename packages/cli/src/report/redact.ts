import { isIPv4, isIPv6 } from "node:net";

/** Addresses that say nothing about anybody. */
const HARMLESS = new Set(["127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "::", "00:00:00:00:00:00"]);
const MAC = /(?<![0-9a-f:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])/gi;
const IPV6 = /(?<![0-9a-z:.])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f:]*(?:(?:\d{1,3}\.){3}\d{1,3})?(?![0-9a-z:])/gi;
const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)/g;
const SECRET_WORD = "(?:key(?!size)|token|secret|passw|psk|hmac|credential|nonce)";
/** Names of values that are nobody's business, whatever module they belong to. */
const SECRET = new RegExp(SECRET_WORD, "i");
/** The same in text: `psk=1234`, `token: 1234`, `{"psk":"1234"}`; texts in quotation marks and lists are taken whole. */
const SECRET_TEXT = new RegExp(
  String.raw`\b([\w.-]*${SECRET_WORD}[\w.-]*(?:["']\s*:\s*|=|:[ \t]+))(?!\(left out\))` +
    String.raw`(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\[[^\]\n]*\]|[^\s",}\]]+)`,
  "gi",
);
const LEFT_OUT = "(left out)";

/** Takes addresses and secrets out of what goes into a report. */
export class Redaction {
  readonly #names = new Map<string, string>();

  /** @param addresses leave addresses as they are */
  constructor(readonly addresses = false) {}

  /** Text without secrets, and with a name in place of each address: the same name for the same address. */
  text(given: string): string {
    const text = given.replace(SECRET_TEXT, `$1${LEFT_OUT}`);
    if (this.addresses) return text;
    return text
      .replace(MAC, (found) => this.#name("mac", found))
      .replace(IPV6, (found) => (isIPv6(found) ? this.#name("ipv6", found) : found))
      .replace(IPV4, (found) => (isIPv4(found) ? this.#name("ipv4", found) : found));
  }

  /** A value as JSON, without what is called a key, token or the like. Texts in it are redacted before they are quoted. */
  json(value: unknown): string {
    const plain: unknown = JSON.parse(
      JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v)) ?? "null",
    );
    return `${JSON.stringify(this.#clean(plain), null, 2)}\n`;
  }

  #clean(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((v) => this.#clean(v));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, v]): [string, unknown] => {
      const harmless = v === null || typeof v === "boolean";
      return [this.text(name), SECRET.test(name) && !harmless ? LEFT_OUT : this.#clean(v)];
    });
    return Object.fromEntries(entries);
  }

  #name(kind: string, address: string): string {
    const key = address.toLowerCase();
    if (HARMLESS.has(key)) return address;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `${kind}-${this.#names.size + 1}`;
    this.#names.set(key, name);
    return name;
  }
}
