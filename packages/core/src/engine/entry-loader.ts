import type { BpfMap } from "../libbpf/index.js";
import { BpfObject, linkObjects } from "../libbpf/index.js";
import { renameSymbols } from "../object/rename.js";
import { readElf } from "../object/elf.js";
import { fail } from "../errors.js";
import { LIMITS, TABLE_CONFIG, type PacketHook } from "./layout.js";
import { loadProgram } from "./load.js";
import type { GroupRecord } from "./manifest.js";
import { encodeTableConfig } from "./shapes.js";
import { bindCoreMaps, setSlot, type SetContext } from "./step-loader.js";
import type { Tables } from "./tables.js";

/** How many first steps the entry knows by constant; others are reached by an indirect jump. */
const DIRECT_STARTS = 4;

const prefix = (index: number): string => `s${index}_`;

/** First word of each selector's key in the joined key; its region holds the larger of its two forms. */
export function selectorWords(context: Pick<SetContext, "catalog">, selectors: readonly string[]): number[] {
  let next = 0;
  return selectors.map((name) => {
    const key = context.catalog.get(name)?.manifest.key;
    const first = next;
    next += Math.ceil(Math.max(key?.v4 ?? 0, key?.v6 ?? 0) / 4);
    if (next > LIMITS.joinedWords) {
      fail("ERR_EMPTCP_TOO_MANY_SELECTORS", { selectors, limit: LIMITS.joinedWords * 4 });
    }
    return first;
  });
}

/** Slots of the first steps that the entry jumps to directly. */
function firstSlots(first: readonly number[]): Buffer {
  const slots = Buffer.alloc(4 * DIRECT_STARTS);
  first.slice(0, DIRECT_STARTS).forEach((slot, i) => slots.writeUInt32LE(slot, i * 4));
  return slots;
}

/** Joins the entry with the bodies of the group's selectors into one object. */
function linkEntry(context: SetContext, hook: PacketHook, selectors: readonly string[]): Buffer {
  const entry = context.objects.core("entry", hook).bytes;
  if (selectors.length === 0) return entry;
  const bodies = selectors.map((name, index) => {
    const { bytes } = context.objects.module(name, hook);
    const symbol = context.catalog.get(name)?.manifest.symbol ?? name;
    const names = new Map<string, string>();
    for (const { name: own } of readElf(bytes).globals()) names.set(own, prefix(index) + own);
    names.set(`${symbol}__body`, `emptcp_selector_${index}`);
    return { name, bytes: renameSymbols(bytes, names) };
  });
  return linkObjects([{ name: "entry", bytes: entry }, ...bodies]);
}

/** Loads the entry of one group of interfaces and puts it into the group's slot. */
export function loadEntry(
  context: SetContext,
  tables: Tables,
  steps: BpfMap,
  group: GroupRecord,
): { fd: number; close(): void } {
  const { hook, selectors } = group;
  const words = selectorWords(context, selectors);
  const object = BpfObject.open(linkEntry(context, hook, selectors), { name: "entry" });
  try {
    object.setRodata("emptcp_group", group.id);
    object.setRodata("emptcp_l3", group.layer3 ? 1 : 0);
    object.setRodata("emptcp_generation", context.generation);
    object.setRodata("emptcp_stamp", context.stamp ? 1 : 0);
    object.setRodata("emptcp_selector_count", selectors.length);
    object.setRodata("emptcp_first", firstSlots(context.first));
    object.setRodata("emptcp_selector_word", Buffer.from(words.concat(new Array(8).fill(0)).slice(0, 8)));
    configureTables(object, context, tables, group, words);
    bindCoreMaps(object, context, hook, steps, 0);
    selectors.forEach((name, index) => {
      context.moduleMaps.bind(object, name, context.objects.module(name, hook).bytes, prefix(index));
    });
    for (const map of object.maps()) if (/^s\d_emptcp_/.test(map.name)) map.setAutocreate(false);
    const program = loadProgram(object, "entry", "entry", hook);
    selectors.forEach((name, index) => {
      context.moduleMaps.adopt(object, name, prefix(index));
    });
    setSlot(steps, group.id, program.fd);
    return { fd: program.fd, close: () => object.close() };
  } catch (error) {
    object.close();
    throw error;
  }
}

function configureTables(
  object: BpfObject,
  context: SetContext,
  tables: Tables,
  group: GroupRecord,
  words: readonly number[],
): void {
  const records = group.tables.map((id) => tables.record(id));
  const configs = Buffer.alloc(LIMITS.tables * TABLE_CONFIG.size);
  object.setRodata("emptcp_table_count", records.length);
  for (let i = 0; i < LIMITS.tables; i++) {
    const map = object.map(`emptcp_table_${i}`);
    const record = records[i];
    if (!record) {
      map.setAutocreate(false);
      continue;
    }
    const config = encodeTableConfig(record.shape, group.selectors, words);
    if (!config) fail("ERR_EMPTCP_TOO_MANY_SELECTORS", { selectors: group.selectors, limit: 96 });
    config.copy(configs, i * TABLE_CONFIG.size);
    map.reuseFd(tables.map(record.id).fd);
  }
  object.setRodata("emptcp_tables", configs);
}
