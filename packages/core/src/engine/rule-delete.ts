import { RULE } from "./layout.js";
import { releaseRuleRows } from "./release-rows.js";
import type { RuleSession } from "./rule-set.js";

const BATCH = 4096;

/**
 * Deletes the added rules of the session's policy whose number is wanted.
 *
 * @returns how many rules, each counted once however many entries it had
 */
export function deleteRules(session: RuleSession, wanted: (id: number) => boolean): number {
  const { context, manifest, tables } = session;
  const gone = new Set<number>();
  const values: Buffer[] = [];
  context.maps.allocator.dirty = true;
  for (const record of session.records) {
    for (const table of tables.records) {
      if (table.set !== record.set || table.hook !== record.hook || table.shape.negative) continue;
      const map = tables.map(table.id);
      const keys: Buffer[] = [];
      for (const [key, value] of map.entries()) {
        const id = value.readUInt32LE(RULE.id);
        if (value.readUInt32LE(RULE.policy) !== record.index || id === 0 || !wanted(id)) continue;
        keys.push(Buffer.from(key));
        if (value.readUInt32LE(RULE.row) !== 0) values.push(Buffer.from(value));
        gone.add(id);
      }
      for (let i = 0; i < keys.length; i += BATCH) {
        const part = keys.slice(i, i + BATCH);
        map.deleteBatch(Buffer.concat(part), part.length);
      }
    }
  }
  releaseRuleRows(context.maps, manifest.policies, values);
  context.maps.allocator.dirty = false;
  return gone.size;
}
