import { BatchError, isSystemError, type BpfMap } from "../libbpf/index.js";
import { compileRuleEncoder, type RuleEncoder } from "../policy/rule-encoder.js";
import type { Manifest } from "../module/types.js";
import type { Family, Match } from "../policy/types.js";
import { RULE } from "./layout.js";
import type { PolicyRecord, TableRecord } from "./manifest.js";
import { expiryOf, hasOwnParams, type RuleInput } from "./rule-input.js";
import { addRule, addTables, type RuleSession } from "./rule-set.js";
import { encodeRule } from "./rule-writer.js";
import type { Shape } from "./shapes.js";
import { DEFAULT_CAPACITY } from "./tables.js";

const CHUNK = 32768;
const NOEXIST = 1;
const FAMILIES = [0, 4, 6] as const;

export interface LoadOptions {
  /** All other added rules of the policy go, after the new ones are there. */
  readonly replace?: boolean;
  readonly onProgress?: (added: number) => void;
}

export interface LoadResult {
  /** Rules added. */
  readonly added: number;
}

type Input = RuleInput | RuleInput["when"];
type Run = <T>(work: (session: RuleSession) => T) => Promise<T>;

/** Most keys of other entries that are kept in mind to write the rest in batches. */
const FOREIGN_LIMIT = 4096;

/**
 * What is known of the tables between two chunks: the keys (hexadecimal) of entries that are not plain rules
 * of the policy, undefined when there are too many. Void as soon as somebody else has added a rule.
 */
interface Knowledge {
  lastRule: number;
  readonly foreign: Map<number, ReadonlySet<string> | undefined>;
}

/** Adds rules from an iterable, in chunks, each under the writer lock. */
export async function loadRules(
  run: Run,
  rules: Iterable<Input> | AsyncIterable<Input>,
  options: LoadOptions = {},
): Promise<LoadResult> {
  const knowledge: Knowledge = { lastRule: -1, foreign: new Map() };
  let chunk: Input[] = [];
  let added = 0;
  const flush = async (): Promise<void> => {
    if (chunk.length === 0) return;
    const part = chunk;
    chunk = [];
    await run((session) => loadChunk(session, part, knowledge));
    added += part.length;
    options.onProgress?.(added);
  };
  if (Symbol.iterator in rules) {
    for (const rule of rules) if (chunk.push(rule) >= CHUNK) await flush();
  } else {
    for await (const rule of rules) if (chunk.push(rule) >= CHUNK) await flush();
  }
  await flush();
  return { added };
}

const whenOf = (rule: Input): RuleInput["when"] => ("when" in rule ? rule.when : rule);

/** Rules of one selector with fully given ends are encoded straight into batches; others are added singly. */
function loadChunk(session: RuleSession, chunk: readonly Input[], knowledge: Knowledge): void {
  const { allocator } = session.context.maps;
  if (allocator.lastRule !== knowledge.lastRule) knowledge.foreign.clear();
  const first = chunk.map(whenOf).find((w): w is Match => w.kind === "match");
  const manifest = first && session.modules.get(first.module)?.manifest;
  if (!first || !manifest) return addSingly(session, chunk);
  const loaders = session.records.flatMap((record) => {
    const encoder = compileRuleEncoder(manifest, record.hook);
    return encoder ? [{ record, encoder }] : [];
  });
  if (loaders.length < session.records.length) return addSingly(session, chunk);
  const ids = chunk.map(() => allocator.nextRule());
  for (const { record, encoder } of loaders) {
    const current = session.manifest.policies.find((p) => p.index === record.index) ?? record;
    const rest = new BatchLoader(session, current, encoder, manifest, knowledge).load(chunk, ids);
    for (const i of rest) {
      addRule(session, ruleOf(chunk[i] as Input), { hook: record.hook, id: ids[i] ?? 0 });
    }
  }
  knowledge.lastRule = allocator.lastRule;
}

const ruleOf = (rule: Input): RuleInput => ("when" in rule ? rule : { when: rule });

function addSingly(session: RuleSession, rules: readonly Input[]): void {
  for (const rule of rules) addRule(session, ruleOf(rule));
}

function shapeOfLayout(encoder: RuleEncoder, family: Family, selector: string): Shape | undefined {
  const layout = encoder.tables[family];
  return (
    layout && {
      family: layout.family,
      negative: false,
      masks: layout.masks.map(({ mask }) => ({ selector, mask })),
    }
  );
}

/** Fills one batch for each family and writes it. */
class BatchLoader {
  readonly #values: Buffer;
  /** Some value has an expiry, so that the next lot must write its own. */
  #timed = false;

  constructor(
    readonly session: RuleSession,
    readonly record: PolicyRecord,
    readonly encoder: RuleEncoder,
    readonly selector: Pick<Manifest, "module" | "name">,
    readonly knowledge: Knowledge,
  ) {
    const { set, hook, index } = record;
    const owner = { set, hook, policy: index, row: 0, id: 0, expires: 0n };
    this.#values = Buffer.alloc(RULE.size * CHUNK);
    const value = encodeRule(owner, 0);
    for (let i = 0; i < CHUNK; i++) value.copy(this.#values, i * RULE.size);
  }

  /** @returns places of the rules that have to be added singly */
  load(chunk: readonly Input[], ids: readonly number[]): number[] {
    const rest: number[] = [];
    const lots = FAMILIES.map((family) => {
      const size = this.encoder.tables[family]?.keySize ?? 0;
      return {
        family,
        size,
        keys: Buffer.alloc(size * chunk.length),
        values: Buffer.alloc(0) as Buffer,
        rules: [] as number[],
      };
    });
    const scratch = Buffer.alloc(64);
    chunk.forEach((rule, i) => {
      const when = whenOf(rule);
      const usual =
        when.kind === "match" &&
        (when.module === this.selector.module || when.module === this.selector.name) &&
        !("when" in rule && hasOwnParams(rule));
      const family = usual ? this.encoder.encode(when.params, scratch, 0) : -1;
      const lot = lots.find((l) => l.family === family);
      if (!lot) return void rest.push(i);
      scratch.copy(lot.keys, lot.rules.length * lot.size, 0, lot.size);
      lot.rules.push(i);
    });
    for (const lot of lots) {
      if (lot.rules.length === 0) continue;
      lot.values = this.#values.subarray(0, lot.rules.length * RULE.size);
      lot.rules.forEach((i, n) => {
        const rule = chunk[i] as Input;
        lot.values.writeUInt32LE(ids[i] ?? 0, n * RULE.size + RULE.id);
        const expires = "when" in rule ? expiryOf(rule) : 0n;
        if (expires !== 0n || this.#timed) {
          lot.values.writeBigUInt64LE(expires, n * RULE.size + RULE.expires);
          this.#timed = true;
        }
      });
      for (const n of this.#write(lot.family, lot)) rest.push(lot.rules[n] ?? 0);
    }
    return rest;
  }

  /** Writes a lot and returns the positions whose key is taken, and those for which the table has no room. */
  #write(family: Family, lot: { size: number; keys: Buffer; values: Buffer; rules: number[] }): number[] {
    const table = this.#table(family);
    if (!table) return lot.rules.map((_, n) => n);
    const map = this.session.tables.map(table.id);
    const count = lot.rules.length;
    const value = (n: number): Buffer => lot.values.subarray(n * RULE.size, (n + 1) * RULE.size);
    const key = (n: number): Buffer => lot.keys.subarray(n * lot.size, (n + 1) * lot.size);
    const all = lot.rules.map((_, n) => n);
    const foreign = this.#foreign(table, map);
    if (!foreign || holdsAny(lot.keys.subarray(0, count * lot.size), lot.size, foreign)) {
      return all.filter((n) => !insert(map, key(n), value(n)));
    }
    try {
      map.updateBatch(lot.keys.subarray(0, count * lot.size), lot.values, count);
      return [];
    } catch (error) {
      if (!(error instanceof BatchError) || error.code !== "E2BIG") throw error;
      return all.slice(error.processed);
    }
  }

  /** The first table for the policy's rules of a family; it is made, in a generation of its own, when it is missing. */
  #table(family: Family): TableRecord | undefined {
    const shape = shapeOfLayout(this.encoder, family, this.selector.name);
    if (!shape) return undefined;
    const { set, hook } = this.record;
    const capacity = this.session.policy.capacity ?? DEFAULT_CAPACITY;
    if (this.session.tables.layers(set, hook, shape).length === 0) {
      addTables(this.session, [{ set, hook, shape, capacity }]);
    }
    return this.session.tables.layers(set, hook, shape)[0];
  }

  /** Keys of entries that a batch must not overwrite: it is right for plain rules of the same policy only. */
  #foreign(table: TableRecord, map: BpfMap): ReadonlySet<string> | undefined {
    const { foreign } = this.knowledge;
    if (foreign.has(table.id)) return foreign.get(table.id);
    const keys = new Set<string>();
    for (const [key, value] of map.entries()) {
      const own = value.readUInt32LE(RULE.policy) === this.record.index;
      // Rows of rules must be freed, so those are replaced one by one.
      const plain = value.readUInt32LE(RULE.row) === 0 && value.readUInt32LE(RULE.neg) === 0;
      if (own && plain && value.readUInt32LE(RULE.id) !== 0) continue;
      keys.add(key.toString("hex"));
      if (keys.size > FOREIGN_LIMIT) break;
    }
    const result = keys.size > FOREIGN_LIMIT ? undefined : keys;
    foreign.set(table.id, result);
    return result;
  }
}

/** Few enough to search each in all keys at once, which is faster than making text of every key. */
const SEARCH_LIMIT = 8;

/** True when one of `wanted` (hexadecimal) is among keys of `size` bytes each. */
function holdsAny(keys: Buffer, size: number, wanted: ReadonlySet<string>): boolean {
  if (wanted.size > SEARCH_LIMIT) {
    for (let at = 0; at < keys.length; at += size) {
      if (wanted.has(keys.toString("hex", at, at + size))) return true;
    }
    return false;
  }
  return [...wanted].some((text) => {
    const key = Buffer.from(text, "hex");
    for (let at = keys.indexOf(key); at >= 0; at = keys.indexOf(key, at + 1)) {
      if (at % size === 0) return true;
    }
    return false;
  });
}

/** Inserts an entry; false when its key is taken or the table is full. */
function insert(map: BpfMap, key: Buffer, value: Buffer): boolean {
  try {
    map.update(key, value, NOEXIST);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST") || isSystemError(error, "E2BIG")) return false;
    throw error;
  }
}
