import { fail } from "../errors.js";
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

  constructor(
    readonly maps: CoreMaps,
    readonly tables: Tables,
    known: { readonly literals: readonly LiteralRecord[]; readonly negs: readonly NegRecord[] },
  ) {
    this.literals = [...known.literals];
    this.negs = [...known.negs];
  }

  /**
   * Adds one conjunct of a rule. A key that is taken in one table goes into the next table of that shape.
   *
   * @throws ERR_EMPTCP_TABLE_FULL when the table has no room
   */
  place(owner: RuleOwner, conjunct: Conjunct, capacity: number): Placement {
    const shape = shapeOf(conjunct.family, conjunct.pieces, false);
    const neg = this.#negation(owner, conjunct.negatives);
    return this.put(owner, shape, keyOf(shape, conjunct.pieces), encodeRule(owner, neg), capacity);
  }

  /** Adds an encoded entry; `from` skips tables of the shape, for entries that must not share one with others. */
  put(
    owner: Pick<RuleOwner, "set" | "hook">,
    shape: Shape,
    key: Buffer,
    value: Buffer,
    capacity: number,
  ): Placement {
    for (const table of this.tables.layers(owner.set, owner.hook, shape)) {
      if (this.#insert(table, key, value)) return { table, key };
    }
    const table = this.tables.create(owner.set, owner.hook, shape, capacity);
    this.#insert(table, key, value);
    return { table, key };
  }

  #insert(table: TableRecord, key: Buffer, value: Buffer): boolean {
    try {
      this.tables.map(table.id).update(key, value, NOEXIST);
      return true;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === "EEXIST") return false;
      if (code === "E2BIG") {
        fail("ERR_EMPTCP_TABLE_FULL", { set: table.set, capacity: table.capacity }, { cause: error });
      }
      throw error;
    }
  }

  /** The row of `emptcp_negs` that forbids these literals; 0 when there are none. */
  #negation(owner: RuleOwner, literals: readonly Literal[]): number {
    if (literals.length === 0) return 0;
    const ids = literals.map((l) => this.#literal(owner, l)).sort((a, b) => a - b);
    const known = this.negs.find((n) => n.set === owner.set && `${n.literals}` === `${ids}`);
    if (known) return known.row;
    const row = this.maps.allocator.negs.take();
    if (row === undefined || ids.length > LIMITS.negLiterals) {
      return fail("ERR_EMPTCP_TOO_MANY_NEGATIONS", { set: owner.set, limit: LIMITS.negLiterals });
    }
    const words = new Uint32Array(this.maps.memory("emptcp_negs"), row * 32, 8);
    words.set([ids.length, ...ids, ...new Array<number>(LIMITS.negLiterals - ids.length).fill(0)]);
    this.negs.push({ row, set: owner.set, literals: ids });
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

/** The key of these pieces in a table of that shape. */
export function keyOf(shape: Shape, pieces: readonly ShapePiece[]): Buffer {
  const key = Buffer.alloc(tableKeySize(shape));
  writeTableKey(shape, pieces, key, 0);
  return key;
}
