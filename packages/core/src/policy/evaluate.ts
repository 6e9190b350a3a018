import type { ModuleCatalog } from "../module/catalog.js";
import type { Hook, Manifest } from "../module/types.js";
import { addressValue, type Address } from "../params/address.js";
import { drawsOf, type Fraction } from "../params/draw.js";
import type { PortRange } from "../params/port-set.js";
import type { Prefix } from "../params/prefix-text.js";
import type { ParamDescriptor } from "../params/types.js";
import { compareNames } from "../text.js";
import type { EndSpec } from "./end-values.js";
import { interfaceMatches, patternsOf } from "./interfaces.js";
import { ownFields, parseMatch } from "./parse-match.js";
import type { Condition, Match, PacketFacts, PolicySet, RankedPolicy } from "./types.js";

const TCP = 6;

/** Whether a selector finds anything to look at in a packet, whatever is asked for. */
export type HitModel = (packet: PacketFacts, manifest: Manifest) => boolean;

/** What selectors without ends find in a packet: what the caller says, or what core's own selectors read. */
function ownKey(packet: PacketFacts, module: string): Readonly<Record<string, bigint>> | undefined {
  const given = packet.keys?.[module];
  if (given) return given;
  switch (module) {
    case "any":
      return {};
    case "tcp":
      return packet.proto === TCP && packet.sport !== undefined ? {} : undefined;
    case "src":
    case "dst": {
      const address = packet[module];
      return address === undefined ? undefined : { address };
    }
    default:
      return undefined;
  }
}

/**
 * The rule that core's selectors follow: addresses are found in IP packets, ports in those that have some,
 * endpoints in TCP segments with their header; other selectors in packets that carry their key.
 */
export const defaultHits: HitModel = (packet, manifest) => {
  switch (manifest.key?.ends ?? null) {
    case "address":
      return packet.family !== 0;
    case "port":
      return packet.sport !== undefined && packet.dport !== undefined;
    case "endpoint":
      return packet.proto === TCP && packet.sport !== undefined && packet.dport !== undefined;
    case null:
      return ownKey(packet, manifest.module) !== undefined;
  }
};

function inPrefix(family: number, value: bigint | undefined, prefix: Prefix): boolean {
  if (value === undefined || family !== prefix.family) return false;
  const hostBits = BigInt(prefix.bytes.length * 8 - prefix.length);
  return value >> hostBits === addressValue(prefix.bytes) >> hostBits;
}

const inRange = (value: number | undefined, { from, to }: PortRange): boolean =>
  value !== undefined && from <= value && value <= to;

function endFits(packet: PacketFacts, end: "src" | "dst", spec: EndSpec): boolean {
  const port = end === "src" ? packet.sport : packet.dport;
  const address = spec.addresses?.some((p) => inPrefix(packet.family, packet[end], p)) ?? true;
  return address && (spec.ports?.some((r) => inRange(port, r)) ?? true);
}

/** Compares a parameter of a selector's own with what the packet carries. */
function valueFits(
  packet: PacketFacts,
  actual: bigint,
  wanted: unknown,
  descriptor: ParamDescriptor,
): boolean {
  switch (descriptor.kind) {
    case "list":
      return (wanted as readonly unknown[]).some((w) =>
        valueFits(packet, actual, w, descriptor.of ?? descriptor),
      );
    case "ports":
      return (wanted as readonly PortRange[]).some((r) => inRange(Number(actual), r));
    case "prefix":
      return inPrefix(packet.family, actual, wanted as Prefix);
    case "ip":
      return (
        packet.family === (wanted as Address).family && actual === addressValue((wanted as Address).bytes)
      );
    case "enum": {
      const number = BigInt(wanted as number);
      return (descriptor.bits ? actual & number : actual) === number;
    }
    case "fraction":
      return drawsOf(wanted as Fraction).some((d) => (Number(actual) & d.mask) >>> 0 === d.value);
    case "token":
      return [actual & 0xffffffffn, actual >> 32n].includes(BigInt(wanted as number));
    case "mac":
      return actual === addressValue(wanted as Uint8Array);
    default:
      return actual === BigInt(wanted as bigint | number | boolean | string);
  }
}

function matchFits(
  match: Match,
  packet: PacketFacts,
  hook: Hook,
  manifest: Manifest,
  hits: HitModel,
): boolean {
  const parsed = parseMatch(manifest, match.params, hook).match;
  if (!parsed || !hits(packet, manifest)) return false;
  const { directions } = parsed;
  const ends = directions?.some(
    (d) =>
      d.src.some((spec) => endFits(packet, "src", spec)) &&
      d.dst.some((spec) => endFits(packet, "dst", spec)),
  );
  if (ends === false) return false;
  return ownFields(manifest).every(({ field, descriptor }) => {
    const actual = ownKey(packet, manifest.module)?.[field.param];
    return actual !== undefined && valueFits(packet, actual, parsed.values.get(field.param), descriptor);
  });
}

/**
 * Whether a packet matches a condition: slow and plain, the reference for everything that is fast.
 *
 * @param hits which packets a selector looks at (default: the rule of core's selectors)
 */
export function matches(
  condition: Condition,
  packet: PacketFacts,
  hook: Hook,
  catalog: Pick<ModuleCatalog, "get">,
  hits: HitModel = defaultHits,
): boolean {
  switch (condition.kind) {
    case "match": {
      const manifest = catalog.get(condition.module)?.manifest;
      return manifest !== undefined && matchFits(condition, packet, hook, manifest, hits);
    }
    case "not":
      return !matches(condition.of, packet, hook, catalog, hits);
    case "all":
      return condition.of.every((c) => matches(c, packet, hook, catalog, hits));
    case "any":
      return condition.of.some((c) => matches(c, packet, hook, catalog, hits));
  }
}

/** All policies on a hook in the order in which they are considered: priority, then set, then name. */
export function rankPolicies(sets: readonly PolicySet[], hook: Hook): RankedPolicy[] {
  return sets
    .filter((set) => set.attach[hook] !== undefined)
    .flatMap((set) => set.policies.map((policy) => ({ set: set.name, policy, hook })))
    .sort(
      (a, b) =>
        b.policy.priority - a.policy.priority ||
        compareNames(a.set, b.set) ||
        compareNames(a.policy.name, b.policy.name),
    );
}

/**
 * Which policies a packet runs through, in order, when no chain changes or ends it: the first match, and the
 * next one as long as they say `continue`.
 *
 * @param iface interface of the packet, `eth0` or `namespace/eth0`
 */
export function evaluate(
  sets: readonly PolicySet[],
  packet: PacketFacts,
  hook: Hook,
  iface: string,
  catalog: ModuleCatalog,
  hits: HitModel = defaultHits,
): RankedPolicy[] {
  const here = sets.filter((set) => patternsOf(set, hook).some((p) => interfaceMatches(p, iface)));
  const run: RankedPolicy[] = [];
  for (const ranked of rankPolicies(here, hook)) {
    const own = catalog.withPreferences(here.find((s) => s.name === ranked.set)?.modules ?? {});
    if (!matches(ranked.policy.when, packet, hook, own, hits)) continue;
    run.push(ranked);
    if (!ranked.policy.continue) break;
  }
  return run;
}
