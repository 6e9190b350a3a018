import { networkInterfaces } from "node:os";
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
