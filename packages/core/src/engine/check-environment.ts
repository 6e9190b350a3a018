import { networkInterfaces } from "node:os";
import { EmptcpError, problemOf, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { attachPath } from "./attach-path.js";
import { checkPolicySets } from "../policy/index.js";
import type { CheckEnv } from "../policy/check-types.js";
import type { PolicySet } from "../policy/types.js";
import { withNetns } from "../libbpf/index.js";
import { SPOKEN_ABIS } from "../module/index.js";
import { resolvePorts } from "./interfaces.js";
import { parameterInterfaces } from "./param-interfaces.js";
import { coreVersion } from "./version.js";

/** What this machine is, as far as policies are checked against it. */
export function checkEnvironment(sets: readonly PolicySet[]): CheckEnv {
  const byNamespace = new Map<string, Record<string, string[]>>();
  const addresses = (netns: string | undefined): Record<string, string[]> => {
    const known = byNamespace.get(netns ?? "");
    if (known) return known;
    const found = withNetns(netns, () => networkInterfaces());
    const plain = Object.fromEntries(
      Object.entries(found).map(([name, list]) => [name, (list ?? []).map((a) => a.address)]),
    );
    byNamespace.set(netns ?? "", plain);
    return plain;
  };
  const targets = resolvePorts(
    sets,
    sets.map((s) => s.name),
  );
  const interfaces = targets
    .filter((p) => p.ifindex > 0)
    .map((p) => ({
      name: p.name,
      ...(p.netns === undefined ? {} : { netns: p.netns }),
      addresses: Object.values(addresses(p.netns)).flat(),
    }));
  const ifindexFor = (set: PolicySet): ((name: string) => number | undefined) =>
    parameterInterfaces(set, targets, true);
  return { core: coreVersion(), abis: [...SPOKEN_ABIS], interfaces, ifindexFor };
}

/**
 * Everything that is wrong with sets, their interfaces included.
 *
 * @param later leave out what depends on interfaces that may come later
 * @throws what resolving the interfaces throws when nothing else is wrong
 */
export function checkSets(sets: readonly PolicySet[], catalog: ModuleCatalog, later = false): Problem[] {
  if (later) return checkPolicySets(sets, catalog, { core: coreVersion(), abis: [...SPOKEN_ABIS] });
  try {
    return checkPolicySets(sets, catalog, checkEnvironment(sets));
  } catch (error) {
    const others = checkPolicySets(sets, catalog).filter((p) => p.severity === "error");
    if (!(error instanceof EmptcpError) || others.length === 0) throw error;
    return [...problemOf(error, attachPath(sets, error)), ...others];
  }
}
