import { fail } from "../errors.js";
import { localEnd } from "../policy/parse-match.js";
import { Bitmap } from "./bitmap.js";
import { encodeRow, rowDigest, type CompiledPolicy } from "./compile-policies.js";
import type { CoreMaps } from "./core-maps.js";
import { align, HOOKS, LIMITS, ROW_CLASS_SHIFT, ROW_CLASSES, type PacketHook } from "./layout.js";
import type { GenerationManifest, PolicyRecord } from "./manifest.js";
import { carryRules, countRules } from "./rule-carry.js";
import type { SetModules } from "./set-modules.js";
import type { RuleWriter } from "./rule-writer.js";
import { ZeroCounters } from "./zero-counters.js";
import { DEFAULT_CAPACITY } from "./tables.js";

/** Added rules that a policy has on other hooks and not on a new one. */
export interface NotCarried {
  readonly set: string;
  readonly policy: string;
  readonly hook: PacketHook;
  readonly rules: number;
}

/** Gives compiled policies their indices, rows, counters and rules; the slot of the first step comes later. */
export class PolicyPlacer {
  readonly #indices = new Bitmap(new Uint32Array(LIMITS.policies / 32), LIMITS.policies);
  readonly #stats = new Bitmap(new Uint32Array(LIMITS.stepCounters / 32), LIMITS.stepCounters);
  readonly #before: Map<string, PolicyRecord>;
  readonly #counters: ZeroCounters;
  /** Rules of policies that are new on a hook which could not be brought there. */
  readonly notCarried: NotCarried[] = [];
  /** By row class: rules may have rows of their own. */
  readonly #ownRows: readonly boolean[];

  constructor(
    readonly maps: CoreMaps,
    readonly writer: RuleWriter,
    readonly modules: (set: string) => SetModules,
    before: GenerationManifest,
  ) {
    this.#counters = new ZeroCounters(maps, before.number === 0);
    this.#before = new Map(before.policies.map((p) => [identity(p), p]));
    this.#ownRows = maps.allocator.rows.map((rows, rowClass) => {
      const policies = before.policies.filter((p) => p.row >>> ROW_CLASS_SHIFT === rowClass);
      return rows.count() - 1 > policies.length;
    });
    for (const p of before.policies) {
      this.#indices.set(p.index);
      for (let i = 0; i < p.steps.length; i++) this.#stats.set(p.stats + i);
    }
  }

  /** @param rank 1 is the best */
  place(compiled: CompiledPolicy, rank: number): PolicyRecord {
    const { set, hook, policy, sequence, layout } = compiled;
    const before = this.#before.get(identity({ set, name: policy.name, hook }));
    const same = before?.whenKey === compiled.whenKey && before.layoutKey === compiled.layoutKey;
    const record = same && before ? this.#keep(compiled, before) : undefined;
    if (record) return { ...record, rank };
    const fresh: PolicyRecord = {
      set,
      name: policy.name,
      hook,
      ...this.#allocate(sequence.length),
      row: 0,
      rowKey: "",
      whenKey: compiled.whenKey,
      layoutKey: compiled.layoutKey,
      first: 0,
      rank,
      flags: compiled.flags,
      steps: sequence.map((s, i) => ({
        module: s.module,
        package: s.package,
        offset: layout.offsets[i] ?? 0,
        size: align(s.paramsSize, 8),
      })),
    };
    const placed = { ...fresh, ...this.#writeRow(compiled, fresh.index, fresh.stats) };
    const capacity = policy.capacity ?? DEFAULT_CAPACITY;
    const owner = { set, hook, policy: placed.index, row: 0, id: 0, expires: 0n };
    const conjuncts = this.modules(set).expand(policy.when, hook);
    // Added rules come on top of these.
    for (const conjunct of conjuncts) this.writer.place(owner, conjunct, capacity + conjuncts.length);
    if (before) carryRules(this.maps, this.writer, before, placed, compiled, capacity);
    else this.#carryFromOtherHooks(placed, compiled, capacity);
    return placed;
  }

  /** The policy is new on this hook: rules that were added on a hook of the same direction hold here, too. */
  #carryFromOtherHooks(placed: PolicyRecord, compiled: CompiledPolicy, capacity: number): void {
    const others = HOOKS.flatMap((hook) => this.#before.get(identity({ ...placed, hook })) ?? []);
    const near = others.find((o) => localEnd(o.hook) === localEnd(placed.hook));
    const left = near
      ? carryRules(this.maps, this.writer, near, placed, compiled, capacity)
      : others.reduce((most, o) => Math.max(most, countRules(this.writer, o)), 0);
    if (left > 0)
      this.notCarried.push({ set: placed.set, policy: placed.name, hook: placed.hook, rules: left });
  }

  /** Rules stay as they are; only a changed row is written. Undefined when rules have rows of their own. */
  #keep(compiled: CompiledPolicy, before: PolicyRecord): PolicyRecord | undefined {
    const row = this.#encode(compiled, before.index, before.stats);
    if (rowDigest(row) === before.rowKey) return before;
    if (this.#ownRows[compiled.layout.rowClass]) return undefined;
    return { ...before, ...this.#writeRow(compiled, before.index, before.stats) };
  }

  #allocate(steps: number): { index: number; stats: number } {
    const index = this.#indices.take();
    const stats = this.#stats.takeRun(steps);
    if (index === undefined || stats === undefined) {
      return fail("ERR_EMPTCP_TOO_MANY_POLICIES", { limit: LIMITS.policies });
    }
    this.#counters.zero(index, stats, steps);
    return { index, stats };
  }

  #encode(compiled: CompiledPolicy, index: number, stats: number): Buffer {
    const size = ROW_CLASSES[compiled.layout.rowClass]?.size ?? 0;
    return encodeRow(compiled, size, index, stats);
  }

  #writeRow(compiled: CompiledPolicy, index: number, stats: number): Pick<PolicyRecord, "row" | "rowKey"> {
    const { rowClass } = compiled.layout;
    const row = this.#encode(compiled, index, stats);
    return { row: writeNewRow(this.maps, rowClass, row), rowKey: rowDigest(row) };
  }
}

/**
 * Writes a row that nothing refers to yet and returns its id.
 *
 * @throws ERR_EMPTCP_ROWS_FULL
 */
export function writeNewRow(maps: CoreMaps, rowClass: number, row: Buffer): number {
  const index = maps.allocator.rows[rowClass]?.take();
  const size = ROW_CLASSES[rowClass]?.size ?? 0;
  if (index === undefined) {
    return fail("ERR_EMPTCP_ROWS_FULL", { size, capacity: ROW_CLASSES[rowClass]?.capacity });
  }
  const name = `emptcp_${ROW_CLASSES[rowClass]?.name ?? ""}`;
  Buffer.from(maps.memory(name), index * size, size).set(row);
  return ((rowClass << ROW_CLASS_SHIFT) | index) >>> 0;
}

/** One policy on one hook. */
export function identity(p: { set: string; name: string; hook: PacketHook }): string {
  return `${p.hook} ${p.set}/${p.name}`;
}
