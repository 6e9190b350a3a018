import { bootTimeNs } from "../libbpf/index.js";
import type { CompiledPolicy } from "./compile-policies.js";
import { encodeRow } from "./compile-policies.js";
import type { CoreMaps } from "./core-maps.js";
import { align, ROW_CLASS_SHIFT, ROW_CLASSES, RULE } from "./layout.js";
import type { PolicyRecord } from "./manifest.js";
import { writeNewRow } from "./place-policies.js";
import { hasExpired, type RuleWriter } from "./rule-writer.js";

const INDEX_MASK = 0x3fffffff;
const OVERRIDDEN = 12;

/**
 * Takes the added rules of a policy over to its new version: same keys, counters and time to live, under
 * the new index; rows of their own are laid out anew, with the parameters that they override. On another hook they
 * begin to count, and those with negations stay behind: literals belong to a hook.
 *
 * @returns how many entries stayed behind
 */
export function carryRules(
  maps: CoreMaps,
  writer: RuleWriter,
  before: PolicyRecord,
  after: PolicyRecord,
  compiled: CompiledPolicy,
  capacity: number,
): number {
  const moves = before.hook !== after.hook;
  let left = 0;
  const tables = writer.tables.records.filter(
    (t) => t.set === before.set && t.hook === before.hook && !t.shape.negative,
  );
  const now = bootTimeNs();
  for (const table of [...tables]) {
    for (const [key, value] of writer.tables.map(table.id).entries()) {
      const own = value.readUInt32LE(RULE.policy) === before.index;
      if (!own || value.readUInt32LE(RULE.id) === 0 || hasExpired(value, now)) continue;
      const neg = value.readUInt32LE(RULE.neg);
      if (moves && neg !== 0) {
        left++;
        continue;
      }
      writer.keepNegation(neg, after.index);
      const copy = Buffer.from(value);
      if (moves) copy.fill(0, RULE.packets, RULE.size);
      copy.writeUInt32LE(after.index, RULE.policy);
      const row = value.readUInt32LE(RULE.row);
      if (row !== 0) copy.writeUInt32LE(carryRow(maps, row, before, after, compiled), RULE.row);
      writer.put(after, table.shape, Buffer.from(key), copy, Math.max(capacity, table.capacity));
    }
  }
  return left;
}

/** Entries of rules that were added to a policy and have not expired. */
export function countRules({ tables }: RuleWriter, policy: PolicyRecord): number {
  const now = bootTimeNs();
  let count = 0;
  for (const table of tables.records) {
    if (table.set !== policy.set || table.hook !== policy.hook || table.shape.negative) continue;
    for (const [, value] of tables.map(table.id).entries()) {
      const own = value.readUInt32LE(RULE.policy) === policy.index && value.readUInt32LE(RULE.id) !== 0;
      if (own && !hasExpired(value, now)) count++;
    }
  }
  return count;
}

/** Bytes of each step's parameters in a row, by package and occurrence. */
function sections(chain: readonly { package: string; offset: number; size: number }[]) {
  const seen = new Map<string, number>();
  return chain.map((step) => {
    const count = seen.get(step.package) ?? 0;
    seen.set(step.package, count + 1);
    return { ...step, name: `${step.package}#${count}` };
  });
}

function carryRow(
  maps: CoreMaps,
  index: number,
  before: PolicyRecord,
  after: PolicyRecord,
  compiled: CompiledPolicy,
): number {
  const rowClass = before.row >>> ROW_CLASS_SHIFT;
  const oldRow = readRow(maps, rowClass, index);
  const size = ROW_CLASSES[compiled.layout.rowClass]?.size ?? 0;
  const row = encodeRow(compiled, size, after.index, after.stats);
  const overridden = oldRow.readUInt32LE(OVERRIDDEN);
  const oldSteps = sections(before.steps);
  const newSteps = sections(
    compiled.sequence.map((s, i) => ({
      package: s.package,
      offset: compiled.layout.offsets[i] ?? 0,
      size: align(s.paramsSize, 8),
    })),
  );
  let kept = 0;
  newSteps.forEach((step, i) => {
    const from = oldSteps.findIndex((s) => s.name === step.name && s.size === step.size);
    const old = oldSteps[from];
    if (!old || ((overridden >>> from) & 1) === 0) return;
    oldRow.copy(row, step.offset, old.offset, old.offset + old.size);
    kept |= 1 << i;
  });
  row.writeUInt32LE(kept >>> 0, OVERRIDDEN);
  return writeNewRow(maps, compiled.layout.rowClass, row) & INDEX_MASK;
}

/** A copy of a row. */
export function readRow(maps: CoreMaps, rowClass: number, index: number): Buffer {
  const { name, size } = ROW_CLASSES[rowClass] ?? ROW_CLASSES[0];
  return Buffer.from(Buffer.from(maps.memory(`emptcp_${name}`), index * size, size));
}
