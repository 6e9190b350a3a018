import { fail } from "../errors.js";
import { bootTimeNs } from "../libbpf/index.js";
import type { Conjunct, Literal } from "../policy/types.js";
import type { CoreMaps } from "./core-maps.js";
import { LIMITS, RULE, type PacketHook } from "./layout.js";
import type { LiteralRecord, NegRecord, TableRecord } from "./manifest.js";
import { shapeOf, tableKeySize, writeTableKey, type Shape, type ShapePiece } from "./shapes.js";
import type { Tables } from "./tables.js";

const NOEXIST = 1;

/** Who a rule belongs to and what it carries. */
export interface RuleOwner {
  readonly set: string;
  readonly hook: PacketHook;
  /** Index of the policy. */
  readonly policy: number;
  /** Index of a row of its own in the policy's row class; 0: the policy's row. */
  readonly row: number;
  /** Groups the entries of one added rule; 0 for those of the policy itself. */
  readonly id: number;
  /** Time after which it no longer matches, ns of CLOCK_BOOTTIME; 0: never. */
  readonly expires: bigint;
}

/** Where one entry of a rule was put. */
export interface Placement {
  readonly table: TableRecord;
  readonly key: Buffer;
}

/** Encodes `struct emptcp_rule` with zero counters. */
export function encodeRule(owner: RuleOwner, neg: number): Buffer {
  const value = Buffer.alloc(RULE.size);
  value.writeUInt32LE(owner.policy, RULE.policy);
  value.writeUInt32LE(owner.row, RULE.row);
  value.writeUInt32LE(neg, RULE.neg);
  value.writeUInt32LE(owner.id, RULE.id);
  value.writeBigUInt64LE(owner.expires, RULE.expires);
  return value;
}

/** Puts the entries of rules into tables, making tables, literals and negations as they are needed. */
export class RuleWriter {
  readonly literals: LiteralRecord[];
  readonly negs: NegRecord[];
  /**
   * Entries whose place was taken: expired ones, and rules of the same policy that matched the same. Their rows are free
   * once no packet can be in them.
   */
  readonly replaced: Buffer[] = [];
  /** Where the rules were that others have taken the place of. */
  readonly #places: { readonly table: number; readonly key: Buffer; readonly value: Buffer }[] = [];

  constructor(
    readonly maps: CoreMaps,
    readonly tables: Tables,
    known: { readonly literals: readonly LiteralRecord[]; readonly negs: readonly NegRecord[] },
  ) {
    this.literals = [...known.literals];
    this.negs = known.negs.map((n) => ({ ...n }));
  }

  /**
   * Adds one conjunct of a rule. It takes the place of a rule of the same policy that matches the same; a key that
   * somebody else has goes into the next table of that shape.
   *
   * @param capacity most added rules of the policy in tables of one shape
   * @throws ERR_EMPTCP_TABLE_FULL when the policy has that many
   */
  place(owner: RuleOwner, conjunct: Conjunct, capacity: number): Placement {
    const shape = shapeOf(conjunct.family, conjunct.pieces, false);
    const neg = this.#negation(owner, conjunct.negatives);
    return this.put(owner, shape, keyOf(shape, conjunct.pieces), encodeRule(owner, neg), capacity);
  }

  /** Adds an encoded entry; what finds its key taken or a table full goes into the next table of that shape. */
  put(
    owner: Pick<RuleOwner, "set" | "hook">,
    shape: Shape,
    key: Buffer,
    value: Buffer,
    capacity: number,
  ): Placement {
    const full: TableRecord[] = [];
    const layers = this.tables.layers(owner.set, owner.hook, shape);
    for (const table of layers) {
      const outcome = this.#insert(table, key, value);
      if (outcome === "done") return { table, key };
      if (outcome === "full") full.push(table);
    }
    if (full.length > 0 && !shape.negative && this.#countRules(layers, value) >= capacity) {
      fail("ERR_EMPTCP_TABLE_FULL", { set: owner.set, capacity });
    }
    const table = this.tables.create(owner.set, owner.hook, shape, capacity);
    this.#insert(table, key, value);
    return { table, key };
  }

  /** Tells that the rules of a policy refer to a negation. */
  keepNegation(row: number, policy: number): void {
    const known = this.negs.find((n) => n.row === row);
    if (known && !known.policies.includes(policy)) {
      this.negs.splice(this.negs.indexOf(known), 1, { ...known, policies: [...known.policies, policy] });
    }
  }

  #insert(table: TableRecord, key: Buffer, value: Buffer): "done" | "taken" | "full" {
    const map = this.tables.map(table.id);
    try {
      map.update(key, value, NOEXIST);
      return "done";
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === "EEXIST") return this.#replace(table, key, value) ? "done" : "taken";
      if (code === "E2BIG") return this.#purge(table) ? this.#insert(table, key, value) : "full";
      throw error;
    }
  }

  /** Puts an entry in the place of one that has expired or that says the same; false when that one stays. */
  #replace(table: TableRecord, key: Buffer, value: Buffer): boolean {
    const old = table.shape.negative ? undefined : this.tables.map(table.id).lookup(key);
    if (!old || !(isSameRule(old, value) || hasExpired(old, bootTimeNs()))) return false;
    this.tables.map(table.id).update(key, value);
    this.replaced.push(old);
    this.#places.push({ table: table.id, key, value: old });
    return true;
  }

  /** Takes back what was added: deletes entries, and puts the rules back whose place they had taken. */
  undo(entries: readonly { readonly table: number; readonly key: Buffer }[]): void {
    for (const { table, key } of entries) this.tables.map(table).delete(key);
    for (const { table, key, value } of this.#places.reverse()) this.tables.map(table).update(key, value);
  }

  /** Deletes the expired entries of a table; false when there are none. */
  #purge(table: TableRecord): boolean {
    if (table.shape.negative) return false;
    const map = this.tables.map(table.id);
    const now = bootTimeNs();
    const expired = [...map.entries()].filter(([, value]) => hasExpired(value, now));
    for (const [key, value] of expired) if (map.delete(key)) this.replaced.push(value);
    return expired.length > 0;
  }

  /** Added rules of the policy that an entry belongs to. */
  #countRules(tables: readonly TableRecord[], entry: Buffer): number {
    const policy = entry.readUInt32LE(RULE.policy);
    let count = 0;
    for (const table of tables) {
      for (const [, value] of this.tables.map(table.id).entries()) {
        if (value.readUInt32LE(RULE.policy) === policy && value.readUInt32LE(RULE.id) !== 0) count++;
      }
    }
    return count;
  }

  /** The row of `emptcp_negs` that forbids these literals; 0 when there are none. */
  #negation(owner: RuleOwner, literals: readonly Literal[]): number {
    if (literals.length === 0) return 0;
    const ids = literals.map((l) => this.#literal(owner, l)).sort((a, b) => a - b);
    const known = this.negs.find((n) => n.set === owner.set && `${n.literals}` === `${ids}`);
    if (known) {
      this.keepNegation(known.row, owner.policy);
      return known.row;
    }
    const row = this.maps.allocator.negs.take();
    if (row === undefined || ids.length > LIMITS.negLiterals) {
      return fail("ERR_EMPTCP_TOO_MANY_NEGATIONS", { set: owner.set, limit: LIMITS.negLiterals });
    }
    const words = new Uint32Array(this.maps.memory("emptcp_negs"), row * 32, 8);
    words.set([ids.length, ...ids, ...new Array<number>(LIMITS.negLiterals - ids.length).fill(0)]);
    this.negs.push({ row, set: owner.set, literals: ids, policies: [owner.policy] });
    return row;
  }

  #literal(owner: RuleOwner, literal: Literal): number {
    const known = this.literals.find(
      (l) => l.set === owner.set && l.hook === owner.hook && l.text === literal.id,
    );
    if (known) return known.id;
    const id = this.maps.allocator.nextLiteral();
    const value = Buffer.alloc(4);
    value.writeUInt32LE(id);
    for (const piece of literal.pieces) {
      const shape = shapeOf(piece.family, [piece], true);
      this.put(owner, shape, keyOf(shape, [piece]), value, 4096);
    }
    this.literals.push({ id, set: owner.set, hook: owner.hook, text: literal.id });
    return id;
  }
}

/** True for two added rules of one policy that match the same; the later one takes the place of the earlier. */
export function isSameRule(old: Buffer, value: Buffer): boolean {
  return (
    old.readUInt32LE(RULE.id) !== 0 &&
    value.readUInt32LE(RULE.id) !== 0 &&
    old.readUInt32LE(RULE.policy) === value.readUInt32LE(RULE.policy) &&
    old.readUInt32LE(RULE.neg) === value.readUInt32LE(RULE.neg)
  );
}

/** True for an entry that no longer matches because its time is over. */
export function hasExpired(value: Buffer, now: bigint): boolean {
  const expires = value.readBigUInt64LE(RULE.expires);
  return expires !== 0n && expires <= now;
}

/** The key of these pieces in a table of that shape. */
export function keyOf(shape: Shape, pieces: readonly ShapePiece[]): Buffer {
  const key = Buffer.alloc(tableKeySize(shape));
  writeTableKey(shape, pieces, key, 0);
  return key;
}
