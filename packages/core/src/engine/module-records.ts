import type { ModuleCatalog } from "../module/catalog.js";
import { EMPTY_STEP } from "./sequences.js";
import type { GroupRecord, ModuleRecord, PolicyRecord } from "./manifest.js";

/** What is said about each module in use in a generation's manifest. */
export function moduleRecords(
  catalog: ModuleCatalog,
  policies: readonly PolicyRecord[],
  groups: readonly GroupRecord[],
): ModuleRecord[] {
  const names = new Set([
    ...policies.flatMap((p) => p.steps.map((s) => s.package)),
    ...groups.flatMap((g) => g.selectors),
  ]);
  names.delete(EMPTY_STEP.package);
  return [...names].sort().map((name) => {
    const manifest = catalog.get(name)?.manifest;
    const objects = Object.entries(manifest?.objects ?? {}).map(([h, o]) => [h, o.sha256]);
    return {
      name: manifest?.module ?? name,
      package: name,
      version: manifest?.version ?? "",
      objects: Object.fromEntries(objects) as Record<string, string>,
      maps: manifest?.maps.map((m) => m.name) ?? [],
    };
  });
}
