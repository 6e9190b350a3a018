import { existsSync } from "node:fs";
import { readElf } from "../object/elf.js";
import type { CommitContext } from "./commit.js";
import type { CoreMaps } from "./core-maps.js";
import type { GenerationManifest, GroupRecord } from "./manifest.js";
import type { PinDir } from "./pin-dir.js";

const lru = (name: string, keySize: number, valueSize: number, maxEntries: number) => ({
  type: "lru_hash" as const,
  name,
  keySize,
  valueSize,
  maxEntries,
  flags: 0,
});

/** Tables of subflows and connections (connection.bpf.h); they exist once a module has asked for them. */
const TABLES = [
  lru("emptcp_subflows", 36, 48, 65536),
  lru("emptcp_conns", 4, 96, 32768),
  lru("emptcp_tokens", 4, 4, 32768),
];

/** Whether an object includes connection.bpf.h. */
function asks(object: Buffer): boolean {
  return readElf(object)
    .globals()
    .some(({ name }) => name === TABLES[0]?.name);
}

/** Whether any program of a set asks for the tables, so that entries learn from handshakes. */
export function asksForConnections(
  { objects }: Pick<CommitContext, "objects">,
  groups: readonly GroupRecord[],
  steps: GenerationManifest["steps"],
): boolean {
  return (
    steps.some((s) => asks(objects.step(s.package, s.hook).bytes)) ||
    groups.some((g) => g.selectors.some((s) => asks(objects.module(s, g.hook).bytes)))
  );
}

/** Opens the tables where they are pinned. */
export function openConnectionTables(maps: CoreMaps, pins: PinDir): void {
  for (const { name } of TABLES) if (existsSync(pins.map(name))) maps.open(pins, name);
}

/** Makes the tables that do not exist yet. */
export function makeConnectionTables(maps: CoreMaps, pins: PinDir): void {
  for (const table of TABLES) if (!maps.has(table.name)) maps.make(pins, table);
}
