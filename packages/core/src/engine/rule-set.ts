import { fail } from "../errors.js";
import { rcuGracePeriod } from "../libbpf/index.js";
import { expandCondition } from "../policy/expand.js";
import type { Policy } from "../policy/types.js";
import { commit, type CommitContext, type TableNeed } from "./commit.js";
import { ROW_CLASS_SHIFT, RULE } from "./layout.js";
import type { GenerationManifest, PolicyRecord, TableRecord } from "./manifest.js";
import { findPolicy } from "./policy-handle.js";
import { recover } from "./recover.js";
import { RuleHandle, type RuleEntryRef } from "./rule-handle.js";
import { expiryOf, writeRuleRow, type RuleInput } from "./rule-input.js";
import { listRules, type RuleStatus } from "./rule-list.js";
import { loadRules, type LoadResult } from "./rule-load.js";
import { RuleWriter } from "./rule-writer.js";
import type { EngineState } from "./state.js";
import { DEFAULT_CAPACITY, Tables } from "./tables.js";

/** What the rules of one policy are changed with, under the writer lock. */
export interface RuleSession {
  readonly context: CommitContext;
  readonly manifest: GenerationManifest;
  readonly tables: Tables;
  readonly policy: Policy;
  readonly records: readonly PolicyRecord[];
}

/** The rules of one policy: data, changed while packets pass. */
export class RuleSet {
  readonly #state: EngineState;
  readonly #name: string;

  constructor(state: EngineState, name: string) {
    this.#state = state;
    this.#name = name;
  }

  /**
   * Adds a rule: packets that match its `when` go through the policy's chain, with its parameters.
   *
   * @throws ERR_EMPTCP_TABLE_FULL, ERR_EMPTCP_ROWS_FULL, and what a wrong condition or parameter throws
   */
  async add(rule: RuleInput): Promise<RuleHandle> {
    return this.#session((session) => addRule(session, rule));
  }

  /** Removes a rule; false when it is gone already. */
  async delete(handle: RuleHandle | string): Promise<boolean> {
    const rule = typeof handle === "string" ? RuleHandle.parse(handle) : handle;
    return this.#session((session) => deleteRule(session, rule));
  }

  /** Puts a rule in the place of another: the new one matches before the old one stops. */
  async replace(handle: RuleHandle | string, rule: RuleInput): Promise<RuleHandle> {
    const old = typeof handle === "string" ? RuleHandle.parse(handle) : handle;
    return this.#session((session) => {
      const added = addRule(session, rule);
      deleteRule(session, old);
      return added;
    });
  }

  /** The policy's rules with their counters, those of its own `when` included. */
  list(): Iterable<RuleStatus> {
    const manifest = this.#state.manifest();
    return listRules(this.#state, manifest, findPolicy(manifest, this.#name));
  }

  /** Adds rules by the million: a match of one selector each, from any iterable. */
  async load(
    rules: Iterable<RuleInput | RuleInput["when"]> | AsyncIterable<RuleInput | RuleInput["when"]>,
  ): Promise<LoadResult> {
    return loadRules((work) => this.#session(work), rules);
  }

  async #session<T>(work: (session: RuleSession) => T): Promise<T> {
    return this.#state.exclusively((context, manifest) => {
      const records = findPolicy(manifest, this.#name);
      const { set, name } = records[0] ?? fail("ERR_EMPTCP_INTERNAL", { what: "find policy", reason: this.#name });
      const policy = manifest.sets.find((s) => s.name === set)?.policies.find((p) => p.name === name);
      if (!policy) return fail("ERR_EMPTCP_UNKNOWN_POLICY", { set, policy: name });
      const tables = new Tables(context.pins, context.maps.allocator, manifest.tables);
      try {
        return work({ context, manifest, tables, policy, records });
      } finally {
        tables.close();
      }
    });
  }
}

/** Adds one rule on every hook of its policy. */
export function addRule(session: RuleSession, rule: RuleInput): RuleHandle {
  const { context, policy } = session;
  const capacity = policy.capacity ?? DEFAULT_CAPACITY;
  const expanded = session.records.map((record) => ({
    record,
    conjuncts: expandCondition(rule.when, record.hook, context.catalog),
  }));
  const id = context.maps.allocator.nextRule();
  const entries: RuleEntryRef[] = [];
  context.maps.allocator.dirty = true;
  const known = session.tables.records.length;
  const writer = new RuleWriter(context.maps, session.tables, session.manifest);
  for (const { record, conjuncts } of expanded) {
    const row = writeRuleRow(context.maps, context.catalog, record, policy, rule);
    const owner = { set: record.set, hook: record.hook, policy: record.index, row, id, expires: expiryOf(rule) };
    for (const conjunct of conjuncts) {
      const { table, key } = writer.place(owner, conjunct, capacity);
      entries.push({ table: table.id, key });
    }
  }
  const grown =
    session.tables.records.length > known || writer.negs.length > session.manifest.negs.length;
  if (grown) recommit(session, writer);
  context.maps.allocator.dirty = false;
  return new RuleHandle(id, entries);
}

/** Tables made while adding take part from the next generation on. */
function recommit(session: RuleSession, writer: RuleWriter): void {
  const { context, manifest } = session;
  const { literals, negs } = writer;
  try {
    const known = { ...manifest, tables: [...session.tables.records], literals, negs };
    commit(context, known, known.sets);
  } catch (error) {
    recover(context.maps, context.pins, manifest);
    throw error;
  }
}

/** Commits a generation that has these tables, still empty. */
export function withTables(session: RuleSession, require: readonly TableNeed[]): RuleSession {
  if (require.length === 0) return session;
  const manifest = commit(session.context, session.manifest, session.manifest.sets, { require });
  const { pins, maps } = session.context;
  return { ...session, manifest, tables: new Tables(pins, maps.allocator, manifest.tables) };
}

function deleteRule(session: RuleSession, rule: RuleHandle): boolean {
  const { context, tables, records } = session;
  const rows: [number, number][] = [];
  let found = false;
  for (const { table: id, key } of rule.entries) {
    const table = tables.records.find((t: TableRecord) => t.id === id);
    const record = records.find((r) => r.set === table?.set && r.hook === table.hook);
    if (!table || !record) continue;
    const map = tables.map(id);
    if (key.length !== map.keySize) continue;
    const value = map.lookup(key);
    if (value?.readUInt32LE(RULE.id) !== rule.id) continue;
    found = map.delete(key) || found;
    const row = value.readUInt32LE(RULE.row);
    if (row !== 0) rows.push([record.row >>> ROW_CLASS_SHIFT, row]);
  }
  if (rows.length > 0) {
    rcuGracePeriod();
    for (const [rowClass, row] of rows) context.maps.allocator.rows[rowClass]?.clear(row);
  }
  return found;
}
