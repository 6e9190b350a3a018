import type { ModuleCatalog } from "../module/catalog.js";
import type { Manifest } from "../module/types.js";
import { RULE, type PacketHook } from "./layout.js";
import type { GenerationManifest, PolicyRecord, TableRecord } from "./manifest.js";
import { decodeTableKey } from "./rule-decode.js";
import { RuleHandle } from "./rule-handle.js";
import type { EngineState } from "./state.js";
import { Tables } from "./tables.js";

/** One entry of a rule as it lies in the kernel. */
export interface RuleStatus {
  /** Names the entry for `delete`; rules that follow from the policy's own condition have none. */
  readonly handle: RuleHandle | undefined;
  readonly set: string;
  readonly policy: string;
  readonly hook: PacketHook;
  /** What it matches, as on the wire: fields of each selector. */
  readonly match: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly packets: bigint;
  readonly bytes: bigint;
  /** ns of CLOCK_BOOTTIME after which it no longer matches; 0: never. */
  readonly expires: bigint;
}

/** Walks the entries of a policy's rules. */
export function* listRules(
  state: EngineState,
  manifest: GenerationManifest,
  records: readonly PolicyRecord[],
): Iterable<RuleStatus> {
  const maps = state.maps;
  if (!maps) return;
  const tables = new Tables(state.pins, maps.allocator, manifest.tables);
  try {
    for (const record of records) {
      for (const table of manifest.tables) {
        if (table.set !== record.set || table.hook !== record.hook || table.shape.negative) continue;
        for (const [key, value] of tables.map(table.id).entries()) {
          if (value.readUInt32LE(RULE.policy) !== record.index) continue;
          yield status(state.catalog, record, table, Buffer.from(key), value);
        }
      }
    }
  } finally {
    tables.close();
  }
}

function status(
  catalog: ModuleCatalog,
  record: PolicyRecord,
  table: TableRecord,
  key: Buffer,
  value: Buffer,
): RuleStatus {
  const id = value.readUInt32LE(RULE.id);
  const layout = (selector: string): Pick<Manifest, "module" | "key"> | undefined =>
    catalog.get(selector)?.manifest;
  return {
    handle: id === 0 ? undefined : new RuleHandle(id, [{ table: table.id, key }]),
    set: record.set,
    policy: record.name,
    hook: record.hook,
    match: decodeTableKey(table.shape, key, layout),
    packets: value.readBigUInt64LE(RULE.packets),
    bytes: value.readBigUInt64LE(RULE.bytes),
    expires: value.readBigUInt64LE(RULE.expires),
  };
}
