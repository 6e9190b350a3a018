import { fail, type Problem } from "../errors.js";
import type { EncodeEnv } from "../params/types.js";
import type { Policy } from "../policy/types.js";
import { commit, type CommitContext, type TableNeed } from "./commit.js";
import { RULE, type PacketHook } from "./layout.js";
import type { GenerationManifest, PolicyRecord } from "./manifest.js";
import { findPolicy } from "./policy-handle.js";
import { releaseRuleRows } from "./release-rows.js";
import { RuleHandle, type RuleEntryRef } from "./rule-handle.js";
import { expiryOf, writeRuleRow, type RuleInput } from "./rule-input.js";
import { listRules, type RuleStatus } from "./rule-list.js";
import { ruleChecker } from "./rule-check.js";
import { deleteRules } from "./rule-delete.js";
import { loadRules, type LoadOptions, type LoadResult } from "./rule-load.js";
import { RuleWriter } from "./rule-writer.js";
import { parameterInterfaces } from "./param-interfaces.js";
import { SetModules } from "./set-modules.js";
import type { EngineState } from "./state.js";
import { DEFAULT_CAPACITY, Tables } from "./tables.js";

/** What the rules of one policy are changed with, under the writer lock. A rule may make a new generation. */
export interface RuleSession {
  readonly context: CommitContext;
  /** The policy's name as it was asked for. */
  readonly name: string;
  readonly policy: Policy;
  /** The modules that the policy's set means. */
  readonly modules: SetModules;
  /** Finds the interfaces that parameters name. */
  readonly env: EncodeEnv;
  manifest: GenerationManifest;
  tables: Tables;
  records: readonly PolicyRecord[];
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
   * Adds a rule: packets that match its `when` go through the policy's chain, with its parameters. It takes the place of
   * a rule of this policy that matches the same; counters begin anew.
   *
   * @throws ERR_EMPTCP_TABLE_FULL, ERR_EMPTCP_ROWS_FULL, and what a wrong condition or parameter throws
   */
  async add(rule: RuleInput): Promise<RuleHandle> {
    return this.#session((session) => addRule(session, rule));
  }

  /**
   * Removes a rule; false when it is gone already.
   *
   * @param handle or its text; or the rule's number, which takes a look at all rules of the policy
   */
  async delete(handle: RuleHandle | string | number): Promise<boolean> {
    if (typeof handle === "number") return (await this.deleteWhere((id) => id === handle)) > 0;
    const rule = typeof handle === "string" ? RuleHandle.parse(handle) : handle;
    return this.#session((session) => deleteRule(session, rule));
  }

  /** Removes the rules whose number is wanted, those of the policy's own `when` excepted. @returns how many went */
  async deleteWhere(wanted: (id: number) => boolean): Promise<number> {
    return this.#session((session) => deleteRules(session, wanted));
  }

  /** A check of rules before they are added: returns what is wrong with one, without touching anything. */
  checker(): (rule: RuleInput) => readonly Problem[] {
    return ruleChecker(this.#state, this.#name);
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

  /**
   * Adds rules by the million, from any iterable. Each takes the place of a rule of this policy that matches the same, as
   * with `add`: loading a list twice changes nothing but the counters.
   *
   * @param options.replace all other added rules of the policy go, after the new ones are there
   * @param options.onProgress is told how many have been added
   */
  async load(
    rules: Iterable<RuleInput | RuleInput["when"]> | AsyncIterable<RuleInput | RuleInput["when"]>,
    options: LoadOptions = {},
  ): Promise<LoadResult> {
    const first = await this.#session((session) => session.context.maps.allocator.lastRule);
    const result = await loadRules((work) => this.#session(work), rules, options);
    if (options.replace === true) await this.deleteWhere((id) => id <= first);
    return result;
  }

  async #session<T>(work: (session: RuleSession) => T): Promise<T> {
    return this.#state.exclusively((context, manifest) => {
      const records = findPolicy(manifest, this.#name);
      const { set, name } =
        records[0] ?? fail("ERR_EMPTCP_INTERNAL", { what: "find policy", reason: this.#name });
      const own = manifest.sets.find((s) => s.name === set);
      const policy = own?.policies.find((p) => p.name === name);
      if (!own || !policy) return fail("ERR_EMPTCP_INTERNAL", { what: "find policy", reason: this.#name });
      const tables = new Tables(context.pins, context.maps.allocator, manifest.tables);
      const modules = SetModules.of(own, context.catalog);
      const env = { ifindex: parameterInterfaces(own, manifest.ports, true) };
      const session = { context, name: `${set}/${name}`, manifest, tables, policy, modules, env, records };
      try {
        return work(session);
      } finally {
        session.tables.close();
      }
    });
  }
}

/**
 * Adds one rule on every hook of its policy, or on one of them. A rule of the policy that matches the same goes.
 *
 * @param only the hook, and the number that the rule has on the others
 *
 * @throws what a wrong or superfluous rule throws; no entry of it is left then
 */
export function addRule(
  session: RuleSession,
  rule: RuleInput,
  only?: { readonly hook: PacketHook; readonly id: number },
): RuleHandle {
  const { context, policy } = session;
  const { allocator } = context.maps;
  const capacity = policy.capacity ?? DEFAULT_CAPACITY;
  const records = session.records.filter((r) => only === undefined || r.hook === only.hook);
  const expanded = records.map((record) => ({
    record,
    conjuncts: session.modules.expand(rule.when, record.hook),
  }));
  const id = only?.id ?? allocator.nextRule();
  const entries: RuleEntryRef[] = [];
  allocator.dirty = true;
  const known = session.tables.records.length;
  const writer = new RuleWriter(context.maps, session.tables, session.manifest);
  const policies = session.manifest.policies;
  try {
    for (const { record, conjuncts } of expanded) {
      const row = writeRuleRow(context.maps, session.modules, session.env, record, policy, rule);
      const owner = {
        set: record.set,
        hook: record.hook,
        policy: record.index,
        row,
        id,
        expires: expiryOf(rule),
      };
      for (const conjunct of conjuncts) {
        const { table, key } = writer.place(owner, conjunct, capacity);
        entries.push({ table: table.id, key });
      }
    }
    const grown = session.tables.records.length > known || writer.negs.length > session.manifest.negs.length;
    if (grown) recommit(session, writer);
  } catch (error) {
    // The allocator stays dirty: the next writer frees the rows.
    writer.undo(entries);
    throw error;
  }
  releaseRuleRows(context.maps, policies, writer.replaced);
  allocator.dirty = false;
  return new RuleHandle(id, entries);
}

/** Tables made while adding take part from the next generation on. */
function recommit(session: RuleSession, writer: RuleWriter): void {
  const { context, manifest } = session;
  const { literals, negs } = writer;
  const known = { ...manifest, tables: [...session.tables.records], literals, negs };
  renew(session, commit(context, known, known.sets));
}

/** Goes on with a generation that the session itself has committed. */
function renew(session: RuleSession, manifest: GenerationManifest): void {
  const { pins, maps } = session.context;
  session.tables.close();
  session.manifest = manifest;
  session.tables = new Tables(pins, maps.allocator, manifest.tables);
  session.records = findPolicy(manifest, session.name);
}

/** Commits a generation that has these tables, still empty. */
export function addTables(session: RuleSession, require: readonly TableNeed[]): void {
  if (require.length === 0) return;
  renew(session, commit(session.context, session.manifest, session.manifest.sets, { require }));
}

function deleteRule(session: RuleSession, rule: RuleHandle): boolean {
  const { context, manifest } = session;
  const deleted = rule.entries.flatMap(({ table, key }) => {
    const value = deleteEntry(session, rule.id, table, key);
    return value ? [value] : [];
  });
  context.maps.allocator.dirty = true;
  releaseRuleRows(context.maps, manifest.policies, deleted);
  context.maps.allocator.dirty = false;
  return deleted.length > 0;
}

/** Deletes an entry of a rule, from the table of its handle or from where a later generation has taken it. */
function deleteEntry(session: RuleSession, rule: number, table: number, key: Buffer): Buffer | undefined {
  const { tables, records } = session;
  const own = tables.records.filter(
    (t) => !t.shape.negative && records.some((r) => r.set === t.set && r.hook === t.hook),
  );
  const nearestFirst = [...own].sort((a, b) => Number(b.id === table) - Number(a.id === table));
  for (const { id } of nearestFirst) {
    const map = tables.map(id);
    if (key.length !== map.keySize) continue;
    const value = map.lookup(key);
    if (value?.readUInt32LE(RULE.id) === rule && map.delete(key)) return value;
  }
  return undefined;
}
