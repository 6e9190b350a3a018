import type { BpfMap } from "../libbpf/index.js";
import { BpfObject, linkObjects } from "../libbpf/index.js";
import { renameSymbols } from "../object/rename.js";
import { readElf } from "../object/elf.js";
import { fail } from "../errors.js";
import { LIMITS, TABLE_CONFIG, type PacketHook } from "./layout.js";
import { loadProgram } from "./load.js";
import type { GroupRecord } from "./manifest.js";
import { encodeTableConfig } from "./shapes.js";
import { setModuleConstants } from "./module-constants.js";
import { bindCoreMaps, chooseProgram, setSlot, type SetContext } from "./step-loader.js";
import type { Tables } from "./tables.js";

/** How many first steps the entry knows by constant; others are reached by an indirect jump. */
const DIRECT_STARTS = 4;

const prefix = (index: number): string => `s${index}_`;
const LEARN_PREFIX = "l_";
/** Prefixes of what is linked into the entry. */
const LINKED = /^(?:s\d|l)_/;

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

/** Joins the entry with learning, where that is asked for, and the bodies of the group's selectors. */
function linkEntry(context: SetContext, hook: PacketHook, selectors: readonly string[]): Buffer {
  const entry = context.objects.core("entry", hook).bytes;
  const parts = selectors.map((name, index) => {
    const { bytes } = context.objects.module(name, hook);
    const symbol = context.catalog.get(name)?.manifest.symbol ?? name;
    return part(name, bytes, prefix(index), `${symbol}__body`, `emptcp_selector_${index}`);
  });
  if (context.learns) {
    const { bytes } = context.objects.core("learn", hook);
    parts.push(part("learn", bytes, LEARN_PREFIX, "emptcp_learn", "emptcp_learn"));
  }
  return parts.length === 0 ? entry : linkObjects([{ name: "entry", bytes: entry }, ...parts]);
}

/** An object to link whose globals get a prefix, all but `symbol`, which becomes what the entry calls. */
function part(name: string, bytes: Buffer, prefixed: string, symbol: string, called: string) {
  const names = new Map<string, string>();
  for (const { name: own } of readElf(bytes).globals()) names.set(own, prefixed + own);
  names.set(symbol, called);
  return { name, bytes: renameSymbols(bytes, names) };
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
    object.setRodata("emptcp_learns", context.learns ? 1 : 0);
    object.setRodata("emptcp_selector_count", selectors.length);
    object.setRodata("emptcp_first", firstSlots(context.first));
    object.setRodata("emptcp_selector_word", Buffer.from(words.concat(new Array(8).fill(0)).slice(0, 8)));
    configureTables(object, context, tables, group, words);
    bindCoreMaps(object, context, hook, steps, 0);
    selectors.forEach((name, index) => {
      setModuleConstants(object, context, name, prefix(index));
      context.moduleMaps.bind(object, name, context.objects.module(name, hook), prefix(index));
    });
    bindLinkedMaps(object, context);
    const program = loadProgram(object, chooseProgram(object, context, "entry"), "entry", hook);
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

/** Binds core's maps that the linked parts declare; the learning part keeps one of its own. */
function bindLinkedMaps(object: BpfObject, { maps }: SetContext): void {
  for (const map of object.maps()) {
    if (!LINKED.test(map.name)) continue;
    const name = map.name.replace(LINKED, "");
    if (!name.startsWith("emptcp_")) continue;
    if (maps.has(name)) map.reuseFd(maps.get(name).fd);
    else if (map.name !== `${LEARN_PREFIX}emptcp_told`) map.setAutocreate(false);
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
