import { problem, throwProblems, type Problem } from "../errors.js";
import { maskPrefix, parsePrefix, prefixMask, toMapped, type Prefix } from "../params/prefix-text.js";
import { TRACE } from "./layout.js";
import type { TraceEnd, TraceFilter, TraceOptions } from "./trace-types.js";

/** Offsets in struct emptcp_trace_filter. */
export const FILTER = {
  until: 0,
  remaining: 8,
  sample: 16,
  capture: 20,
  proto: 24,
  enabled: 28,
  protos: 29,
  family: 30,
  both: 31,
  a: 32,
  b: 68,
} as const;

const END = { address: 0, mask: 16, from: 32, to: 34 } as const;

const PROTOCOLS: Readonly<Record<string, readonly number[]>> = { tcp: [6], udp: [17], icmp: [1, 58] };
/** More packets than will ever come. */
const NO_LIMIT = 1n << 62n;
const DEFAULT_CAPTURE = 128;

/** Reads the filter of a trace, with everything that is wrong in it. */
class Reader {
  readonly problems: Problem[] = [];
  #family: 4 | 6 | undefined;

  refuse(what: string, expected: string, got: unknown): undefined {
    this.problems.push(problem("ERR_EMPTCP_TRACE_FILTER", what, { what, expected, got: String(got) }));
    return undefined;
  }

  integer(what: string, value: number | undefined, from: number, to: number, missing: number): number {
    if (value === undefined) return missing;
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    this.refuse(what, `a whole number from ${from} to ${to}`, value);
    return missing;
  }

  protocols(proto: TraceFilter["proto"]): readonly number[] {
    if (proto === undefined) return [];
    if (typeof proto === "number") return [this.integer("proto", proto, 0, 255, 0)];
    return PROTOCOLS[proto] ?? this.refuse("proto", "tcp, udp, icmp or a number", proto) ?? [];
  }

  prefix(what: string, text: string | undefined): Prefix | undefined {
    if (text === undefined) return undefined;
    const prefix = parsePrefix(text);
    if (!prefix) return this.refuse(what, "an IP address or prefix", text);
    if (this.#family !== undefined && this.#family !== prefix.family)
      return this.refuse(what, `an IPv${this.#family} address, like the other end's`, text);
    this.#family = prefix.family;
    return maskPrefix(prefix);
  }

  ports(what: string, text: string | undefined): readonly [number, number] {
    if (text === undefined) return [0, 65535];
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match && from <= to && to <= 65535) return [from, to];
    this.refuse(what, "a port or a range like 8000-8100", text);
    return [0, 65535];
  }

  end(bytes: Buffer, at: number, what: string, end: TraceEnd = {}): void {
    const prefix = this.prefix(`${what}.address`, end.address);
    if (prefix) {
      const length = prefix.family === 4 ? prefix.length + 96 : prefix.length;
      bytes.set(toMapped(prefix), at + END.address);
      bytes.set(prefixMask(length, 16), at + END.mask);
    }
    const [from, to] = this.ports(`${what}.port`, end.port);
    bytes.writeUInt16LE(from, at + END.from);
    bytes.writeUInt16LE(to, at + END.to);
  }

  /** Family of the addresses, 0 when none is given. */
  get family(): number {
    return this.#family ?? 0;
  }
}

/**
 * The bytes of `struct emptcp_trace_filter`, not enabled yet.
 *
 * @throws ProblemsError (ERR_EMPTCP_TRACE_FILTER) with everything that is wrong with filter and options
 */
export function encodeTraceFilter(filter: TraceFilter, options: TraceOptions): Buffer {
  const bytes = Buffer.alloc(TRACE.filterSize);
  const r = new Reader();
  const limit = r.integer("limit", filter.limit, 1, Number.MAX_SAFE_INTEGER, 0);
  bytes.writeBigInt64LE(limit === 0 ? NO_LIMIT : BigInt(limit), FILTER.remaining);
  bytes.writeUInt32LE(r.integer("sample", filter.sample, 1, 0xffffffff, 1), FILTER.sample);
  bytes.writeUInt32LE(
    r.integer("capture", options.capture, 0, TRACE.capture, DEFAULT_CAPTURE),
    FILTER.capture,
  );
  r.integer("ringBytes", options.ringBytes, 1, 1 << 30, 1);
  r.integer("packets", options.packets, 1, Number.MAX_SAFE_INTEGER, 1);
  const protocols = r.protocols(filter.proto);
  protocols.forEach((p, i) => bytes.writeUInt16LE(p, FILTER.proto + 2 * i));
  bytes[FILTER.protos] = protocols.length;
  const direction = filter.direction ?? "both";
  if (direction !== "both" && direction !== "a-to-b") r.refuse("direction", "both or a-to-b", direction);
  bytes[FILTER.both] = direction === "both" ? 1 : 0;
  r.end(bytes, FILTER.a, "a", filter.a);
  r.end(bytes, FILTER.b, "b", filter.b);
  bytes[FILTER.family] = r.family;
  throwProblems(r.problems, "ERR_EMPTCP_TRACE_FILTER");
  return bytes;
}
