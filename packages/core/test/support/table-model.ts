import type { ModuleCatalog } from "../../src/module/catalog.js";
import type { Hook, Manifest } from "../../src/module/types.js";
import { defaultHits, rankPolicies } from "../../src/policy/evaluate.js";
import { expandCondition } from "../../src/policy/expand.js";
import { shapeKey } from "../../src/policy/shape.js";
import type { Conjunct, PacketFacts, Piece, PolicySet } from "../../src/policy/types.js";

/** What a selector leaves for a packet, or nothing when it misses. Written from protocol.md, not from the encoder. */
function selectorKey(packet: PacketFacts, manifest: Manifest): Uint8Array | undefined {
  if (!defaultHits(packet, manifest)) return undefined;
  const { key } = manifest;
  const out = Buffer.alloc(key === undefined ? 0 : Math.max(key.v4, key.v6));
  for (const field of key?.fields ?? []) {
    const place = packet.family === 6 ? field.v6 : field.v4;
    if (!place) continue;
    const [offset, size] = place;
    const ports = field.kind === "ports";
    const wire =
      field.end === "src" ? (ports ? packet.sport : packet.src) : ports ? packet.dport : packet.dst;
    if (manifest.module === "src" || manifest.module === "dst") {
      const address = packet[manifest.module];
      if (address === undefined) return undefined;
      Buffer.from(address.toString(16).padStart(size * 2, "0"), "hex").copy(out, offset);
    } else if (field.end === null) {
      const own = packet.keys?.[manifest.module]?.[field.param] ?? 0n;
      out.writeUIntLE(Number(own), offset, size);
    } else if (wire !== undefined) {
      Buffer.from(
        BigInt(wire)
          .toString(16)
          .padStart(size * 2, "0"),
        "hex",
      ).copy(out, offset);
    }
  }
  return out;
}

function masked(key: Uint8Array, mask: Uint8Array): string {
  return Buffer.from(mask.map((m, i) => m & (key[i] ?? 0))).toString("hex");
}

interface Rule {
  readonly rank: number;
  readonly negatives: readonly string[];
}

/** Tables of one shape: several rules may have the same key. */
interface Table<V> {
  readonly family: number;
  readonly pieces: readonly Piece[];
  readonly rules: Map<string, V[]>;
}

function put<V>(
  tables: Map<string, Table<V>>,
  family: Conjunct["family"],
  pieces: readonly Piece[],
  rule: V,
): void {
  const shape = shapeKey(family, pieces);
  const table = tables.get(shape) ?? { family, pieces, rules: new Map<string, V[]>() };
  tables.set(shape, table);
  const key = pieces.map((p) => masked(p.value, p.mask)).join();
  table.rules.set(key, [...(table.rules.get(key) ?? []), rule]);
}

function look<V>(
  tables: Map<string, Table<V>>,
  packet: PacketFacts,
  keys: ReadonlyMap<string, Uint8Array | undefined>,
): V[] {
  return [...tables.values()].flatMap((table) => {
    if (table.family !== 0 && table.family !== packet.family) return [];
    const parts: string[] = [];
    for (const piece of table.pieces) {
      const key = keys.get(piece.selector);
      if (!key) return [];
      parts.push(masked(key, piece.mask));
    }
    return table.rules.get(parts.join()) ?? [];
  });
}

/** What the entry does, in TypeScript: masked exact lookups, negative tables first, the best rank after the last. */
export class TableModel {
  readonly #positive = new Map<string, Table<Rule>>();
  readonly #negative = new Map<string, Table<string>>();
  readonly #ranked;
  readonly #selectors: readonly Manifest[];

  constructor(sets: readonly PolicySet[], hook: Hook, catalog: ModuleCatalog) {
    this.#selectors = catalog
      .list()
      .map((m) => m.manifest)
      .filter((m) => m.kind === "selector");
    this.#ranked = rankPolicies(sets, hook);
    this.#ranked.forEach(({ policy }, rank) => {
      for (const c of expandCondition(policy.when, hook, catalog)) {
        put(this.#positive, c.family, c.pieces, { rank, negatives: c.negatives.map((n) => n.id) });
        for (const literal of c.negatives) {
          for (const piece of literal.pieces) put(this.#negative, piece.family, [piece], literal.id);
        }
      }
    });
  }

  /** `set/policy` of each policy that runs, in order. */
  run(packet: PacketFacts): string[] {
    const keys = new Map(this.#selectors.map((m) => [m.module, selectorKey(packet, m)]));
    const hit = new Set(look(this.#negative, packet, keys));
    const ranks = look(this.#positive, packet, keys)
      .filter((rule) => !rule.negatives.some((id) => hit.has(id)))
      .map((rule) => rule.rank);
    const run: string[] = [];
    for (let after = -1; ; ) {
      const rank = Math.min(...ranks.filter((r) => r > after));
      const best = this.#ranked[rank];
      if (!best) return run;
      run.push(`${best.set}/${best.policy.name}`);
      if (!best.policy.continue) return run;
      after = rank;
    }
  }
}
