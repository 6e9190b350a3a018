import { problem, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { HOOKS } from "../module/types.js";
import { parseAddress, type Address } from "../params/address.js";
import { formatPrefix, maskPrefix, type Prefix } from "../params/prefix-text.js";
import { ParamRefusal } from "../params/types.js";
import { matchesOf } from "./check-condition.js";
import { interfaceText, type CheckEnv } from "./check-types.js";
import { parseEnd } from "./end-values.js";
import { interfaceMatches, patternsOf } from "./interfaces.js";
import type { PolicySet } from "./types.js";

function holds(prefix: Prefix, address: Address): boolean {
  if (prefix.family !== address.family) return false;
  const masked = maskPrefix({ ...address, length: prefix.length });
  return Buffer.compare(masked.bytes, maskPrefix(prefix).bytes) === 0;
}

/** Network namespaces that a set's patterns reach, with all addresses their interfaces have. */
function hostsOf(set: PolicySet, env: CheckEnv): Map<string, Address[]> {
  const all = env.interfaces ?? [];
  const hosts = new Map<string, Address[]>();
  for (const hook of HOOKS) {
    for (const pattern of patternsOf(set, hook)) {
      for (const i of all.filter((f) => interfaceMatches(pattern, interfaceText(f)))) {
        const host = i.netns === undefined ? "this host" : `namespace ${i.netns}`;
        const own = all.filter((f) => f.netns === i.netns).flatMap((f) => f.addresses);
        hosts.set(
          host,
          own.flatMap((text) => parseAddress(text) ?? []),
        );
      }
    }
  }
  return hosts;
}

/**
 * `local` that no interface of the host has: such a match is for the other end, or for a box in the middle,
 * and never fits. Each prefix must hold an address of at least one host that the set is attached to.
 */
export function localProblems(
  set: PolicySet,
  catalog: ModuleCatalog,
  env: CheckEnv,
  path: string,
): Problem[] {
  if (!env.interfaces) return [];
  const hosts = hostsOf(set, env);
  if (hosts.size === 0) return [];
  const own = [...hosts.values()].flat();
  return set.policies.flatMap((policy, i) =>
    matchesOf(policy.when, `${path}policies[${i}].when`).flatMap(({ match, path: at }) => {
      const ends = catalog.get(match.module)?.manifest.key?.ends ?? "port";
      const local = match.params["local"];
      if (ends === "port" || local === undefined) return [];
      const specs = parseEnd(local, ends);
      if (specs instanceof ParamRefusal) return [];
      const foreign = specs
        .flatMap((s) => s.addresses ?? [])
        .filter((prefix) => !own.some((address) => holds(prefix, address)));
      return foreign.map((prefix) =>
        problem("ERR_EMPTCP_NOT_LOCAL", `${at}.local`, {
          module: match.module,
          end: "local",
          address: formatPrefix(prefix),
          host: [...hosts.keys()].join(" or "),
        }),
      );
    }),
  );
}
