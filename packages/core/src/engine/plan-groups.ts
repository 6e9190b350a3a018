import { fail } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { assignGroups, type PortPlan } from "./assign-ports.js";
import { selectorWords } from "./entry-loader.js";
import { LIMITS } from "./layout.js";
import type { GenerationManifest, GroupRecord } from "./manifest.js";
import type { Tables } from "./tables.js";

/**
 * The groups of interfaces with the tables and selectors of their entries.
 *
 * @throws ERR_EMPTCP_TOO_MANY_TABLES, ERR_EMPTCP_TOO_MANY_SELECTORS, ERR_EMPTCP_TOO_MANY_GROUPS
 */
export function planGroups(
  catalog: ModuleCatalog,
  before: GenerationManifest,
  tables: Tables,
  ports: PortPlan,
): GroupRecord[] {
  const all = [...ports.kept, ...ports.added.map((a) => a.target)];
  return assignGroups(before.groups, all).map((group) => {
    const own = tables.records
      .filter((t) => t.hook === group.hook && group.sets.includes(t.set))
      .sort((a, b) => Number(b.shape.negative) - Number(a.shape.negative) || a.id - b.id);
    const selectors = [...new Set(own.flatMap((t) => t.shape.masks.map((m) => m.selector)))].sort();
    const where = { sets: group.sets, hook: group.hook };
    if (own.length > LIMITS.tables) {
      fail("ERR_EMPTCP_TOO_MANY_TABLES", { ...where, count: own.length, limit: LIMITS.tables });
    }
    if (selectors.length > LIMITS.selectors) {
      fail("ERR_EMPTCP_TOO_MANY_SELECTORS", { ...where, selectors, limit: LIMITS.selectors });
    }
    selectorWords({ catalog }, selectors);
    return { ...group, selectors, tables: own.map((t) => t.id) };
  });
}
