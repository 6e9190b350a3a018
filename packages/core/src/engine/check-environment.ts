import { networkInterfaces } from "node:os";
import { EmptcpError, problemOf, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { checkPolicySets } from "../policy/index.js";
import type { CheckEnv } from "../policy/check-types.js";
import type { PolicySet } from "../policy/types.js";
import { withNetns } from "../libbpf/index.js";
import { SPOKEN_ABIS } from "../module/index.js";
import { resolvePorts } from "./interfaces.js";
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
  const interfaces = resolvePorts(sets, sets.length === 1 ? sets[0]?.name : undefined)
    .filter((p) => p.ifindex > 0)
    .map((p) => ({
      name: p.name,
      ...(p.netns === undefined ? {} : { netns: p.netns }),
      addresses: Object.values(addresses(p.netns)).flat(),
    }));
  return { core: coreVersion(), abis: [...SPOKEN_ABIS], interfaces };
}

/**
 * Everything that is wrong with a set, its interfaces included.
 *
 * @throws what resolving its interfaces throws when nothing else is wrong
 */
export function checkSet(set: PolicySet, catalog: ModuleCatalog): Problem[] {
  try {
    return checkPolicySets([set], catalog, checkEnvironment([set]));
  } catch (error) {
    const others = checkPolicySets([set], catalog).filter((p) => p.severity === "error");
    if (!(error instanceof EmptcpError) || others.length === 0) throw error;
    return [...problemOf(error, "attach"), ...others];
  }
}
