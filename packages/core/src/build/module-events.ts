import type { Btf } from "../object/btf.js";
import type { ElfFile } from "../object/elf.js";
import { sectionVariables } from "../object/variables.js";
import type { ManifestEvent } from "../module/types.js";
import { valueTypeOf } from "../values/index.js";

const PREFIX = "emptcp_event__";
/** Reported by emptcp_log. */
const RESERVED = "log";

/** The events that the source declares with EMPTCP_EVENT, in the order of their kinds. */
export function eventsOf(elf: ElfFile, btf: Btf): ManifestEvent[] {
  const data = elf.data(".emptcp");
  if (!data) return [];
  const events = sectionVariables(elf, btf, ".emptcp").flatMap(({ name, offset, type }): ManifestEvent[] => {
    if (!name.startsWith(PREFIX)) return [];
    const payload = btf.members(type).find((m) => m.name === "payload");
    if (!payload) return [];
    const described = valueTypeOf(btf, payload.type);
    const fields =
      described.kind === "struct" ? described.fields : [{ name: "value", offset: 0, type: described }];
    return [
      {
        name: name.slice(PREFIX.length),
        kind: data.readUInt32LE(offset),
        version: data.readUInt32LE(offset + 4),
        size: described.size,
        fields: fields.map(({ type: inner, ...field }) => ({ ...field, size: inner.size, type: inner })),
      },
    ];
  });
  return events.sort((a, b) => a.kind - b.kind);
}

/** What is wrong with a module's events, told as differences between its objects. */
export function eventDifferences(
  events: readonly ManifestEvent[],
  others: readonly ManifestEvent[],
): string[] {
  const found = events
    .filter((e) => e.name === RESERVED)
    .map((e) => `event ${e.name}: the name is taken by emptcp_log`);
  if (JSON.stringify(events) !== JSON.stringify(others))
    found.push(`events: not the same on all hooks; declare them outside of #ifdef`);
  return found;
}
