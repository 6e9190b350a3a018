import { listInterfaces, listNamespaces } from "../libbpf/index.js";
import { fail } from "../errors.js";
import type { PolicySet } from "../policy/types.js";
import { HOOKS, type PacketHook } from "./layout.js";

/** Prefix of ports that exist for test runs only, e.g. `@test`. */
export const TEST_PREFIX = "@";

export interface InterfaceTarget {
  readonly hook: PacketHook;
  readonly netns?: string;
  readonly name: string;
  readonly ifindex: number;
  readonly layer3: boolean;
  readonly mode: "auto" | "native" | "generic";
}

/** An interface with all policy sets that act on it at one hook. */
export interface PortTarget extends InterfaceTarget {
  readonly sets: readonly string[];
}

/** `eth*` as an expression over whole names. */
function globExpression(glob: string): RegExp {
  const text = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${text}$`);
}

const isGlob = (text: string): boolean => /[*?]/.test(text);

function resolveOne(
  spec: string,
  hook: PacketHook,
  mode: InterfaceTarget["mode"],
  mustExist: boolean,
): InterfaceTarget[] {
  if (spec.startsWith(TEST_PREFIX)) {
    return [{ hook, name: spec, ifindex: 0, layer3: false, mode }];
  }
  const slash = spec.indexOf("/");
  const netns = slash < 0 ? undefined : spec.slice(0, slash);
  const pattern = spec.slice(slash + 1);
  const namespaces = netns === undefined ? [undefined] : matchNamespaces(netns, mustExist);
  const matches = globExpression(pattern);
  const targets = namespaces.flatMap((ns) =>
    listInterfaces(ns)
      .filter((i) => matches.test(i.name) && (i.name !== "lo" || pattern === "lo"))
      .map((i) => ({
        hook,
        ...(ns === undefined ? {} : { netns: ns }),
        name: i.name,
        ifindex: i.ifindex,
        layer3: i.layer3,
        mode,
      })),
  );
  if (targets.length === 0 && mustExist && !isGlob(spec)) {
    const hint = `\`ip -n ${netns} link\` shows them; \`*\` stands for any`;
    fail("ERR_EMPTCP_UNKNOWN_INTERFACE", { interface: spec }, netns === undefined ? {} : { hint });
  }
  return targets;
}

function matchNamespaces(pattern: string, mustExist: boolean): string[] {
  const known = listNamespaces();
  if (!isGlob(pattern)) {
    if (known.includes(pattern)) return [pattern];
    return mustExist ? fail("ERR_EMPTCP_UNKNOWN_NAMESPACE", { namespace: pattern }) : [];
  }
  const matches = globExpression(pattern);
  return known.filter((name) => matches.test(name));
}

/** Identity of a port: the same interface on the same hook. */
export function portKey(port: Pick<InterfaceTarget, "hook" | "netns" | "name" | "ifindex">): string {
  return `${port.hook} ${port.netns ?? ""}/${port.name} ${port.ifindex}`;
}

/**
 * All interfaces that the policy sets name now, each with its sets.
 *
 * @param strict the sets whose interfaces must be there; those of the others may be gone
 * @throws ERR_EMPTCP_UNKNOWN_INTERFACE, ERR_EMPTCP_UNKNOWN_NAMESPACE for a name without wildcard that is not there
 */
export function resolvePorts(sets: readonly PolicySet[], strict: readonly string[] = []): PortTarget[] {
  const ports = new Map<string, InterfaceTarget & { sets: Set<string> }>();
  for (const set of sets) {
    for (const hook of HOOKS) {
      const wanted = set.attach[hook];
      if (wanted === undefined) continue;
      const { interfaces, mode = "auto" } = Array.isArray(wanted)
        ? { interfaces: wanted as string[] }
        : (wanted as { interfaces: string[]; mode?: InterfaceTarget["mode"] });
      for (const target of interfaces.flatMap((spec) =>
        resolveOne(spec, hook, mode, strict.includes(set.name)),
      )) {
        const key = portKey(target);
        const port = ports.get(key) ?? { ...target, sets: new Set<string>() };
        port.sets.add(set.name);
        ports.set(key, port);
      }
    }
  }
  return [...ports.values()].map((p) => ({ ...p, sets: [...p.sets].sort() }));
}
