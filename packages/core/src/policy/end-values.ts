import type { Ends } from "../module/types.js";
import { parsePorts, type PortRange } from "../params/port-set.js";
import { readPrefix } from "../params/prefix.js";
import type { Prefix } from "../params/prefix-text.js";
import { ParamRefusal } from "../params/types.js";

/** What one end must be: any of the addresses and any of the ports; an absent list allows everything. */
export interface EndSpec {
  readonly addresses?: readonly Prefix[];
  readonly ports?: readonly PortRange[];
}

const EXPECTED = {
  address: 'an address or prefix such as "10.0.0.0/8" or "fd00::/16"',
  port: 'ports such as 443 or "80,443,8000-8100"',
  endpoint: 'an endpoint such as "10.0.0.1:443", "[fd00::1]:443", "10.0.0.1:*" or { address, port }',
} as const satisfies Record<Ends, string>;

/** What an end accepts, in words. */
export function expectedEnd(ends: Ends): string {
  return EXPECTED[ends];
}

const ANY = "*";

function addressesOf(input: unknown): readonly Prefix[] | undefined | ParamRefusal {
  if (input === ANY) return undefined;
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (items.length === 0) return new ParamRefusal(EXPECTED.address);
  const prefixes: Prefix[] = [];
  for (const item of items) {
    const prefix = readPrefix(item, EXPECTED.address);
    if (prefix instanceof ParamRefusal) return prefix;
    prefixes.push(prefix);
  }
  return prefixes;
}

function portsOf(input: unknown): readonly PortRange[] | undefined | ParamRefusal {
  if (input === ANY) return undefined;
  return parsePorts(input) ?? new ParamRefusal(EXPECTED.port);
}

function spec(
  addresses: readonly Prefix[] | undefined | ParamRefusal,
  ports: readonly PortRange[] | undefined | ParamRefusal,
): EndSpec | ParamRefusal {
  if (addresses instanceof ParamRefusal) return addresses;
  if (ports instanceof ParamRefusal) return ports;
  return { ...(addresses && { addresses }), ...(ports && { ports }) };
}

/** Splits `[address]:ports` or `address:ports` at the colon between them. */
function splitEndpoint(text: string): [string, string] | undefined {
  const bracketed = /^\[([^\]]*)\]:(.+)$/.exec(text);
  if (bracketed) return [bracketed[1] ?? "", bracketed[2] ?? ""];
  const plain = /^([^:[\]]+):([^:]+)$/.exec(text);
  return plain ? [plain[1] ?? "", plain[2] ?? ""] : undefined;
}

function endpointOf(input: unknown): EndSpec | ParamRefusal {
  if (typeof input === "string") {
    const parts = splitEndpoint(input);
    if (parts) return spec(addressesOf(parts[0]), portsOf(parts[1]));
    const bare = !(readPrefix(input, "") instanceof ParamRefusal);
    const colons = input.includes(":");
    return new ParamRefusal(
      EXPECTED.endpoint,
      bare ? `write "${colons ? `[${input}]` : input}:*" when any port will do` : undefined,
    );
  }
  if (typeof input !== "object" || input === null) return new ParamRefusal(EXPECTED.endpoint);
  const { address, port, ...rest } = input as { address?: unknown; port?: unknown };
  if (Object.keys(rest).length > 0 || (address === undefined && port === undefined)) {
    return new ParamRefusal(EXPECTED.endpoint);
  }
  return spec(
    address === undefined ? undefined : addressesOf(address),
    port === undefined ? undefined : portsOf(port),
  );
}

/**
 * Reads one end of a pair; an array means that any of its members will do.
 *
 * @returns alternatives, at least one
 */
export function parseEnd(input: unknown, ends: Ends): readonly EndSpec[] | ParamRefusal {
  if (ends === "endpoint") {
    const items: readonly unknown[] = Array.isArray(input) ? input : [input];
    if (items.length === 0) return new ParamRefusal(EXPECTED.endpoint);
    const specs = items.map(endpointOf);
    return specs.find((s) => s instanceof ParamRefusal) ?? (specs as EndSpec[]);
  }
  const one = ends === "address" ? spec(addressesOf(input), undefined) : spec(undefined, portsOf(input));
  return one instanceof ParamRefusal ? one : [one];
}
