import { fail } from "../errors.js";
import { interfaceIndex } from "../libbpf/index.js";
import { splitInterface } from "../policy/interfaces.js";
import type { PolicySet } from "../policy/types.js";
import type { InterfaceTarget } from "./interfaces.js";
import { HOOKS } from "./layout.js";

/** No interface has this index: a packet that is redirected there is dropped. */
const NOWHERE = 0;

type Target = Pick<InterfaceTarget, "netns"> & { readonly sets: readonly string[] };

/** Namespaces of the interfaces that a set is attached to; undefined is that of the process. */
function namespacesOf(set: PolicySet, targets: readonly Target[]): (string | undefined)[] {
  const found = targets.filter((t) => t.sets.includes(set.name)).map((t) => t.netns);
  if (found.length > 0) return [...new Set(found)];
  const named = HOOKS.flatMap((hook) => {
    const attach = set.attach[hook];
    return attach === undefined ? [] : "interfaces" in attach ? attach.interfaces : attach;
  }).map((text) => splitInterface(text).netns);
  return [...new Set(named.filter((n) => n === undefined || !/[*?]/.test(n)))];
}

/**
 * Finds the interfaces that parameters of a set name, in the namespace that the set is attached to.
 *
 * @param mustExist false: an interface that is gone has index 0, to which nothing can be sent
 * @returns the index, undefined when there is none
 * @throws ERR_EMPTCP_INTERFACE_AMBIGUOUS (when called) where several namespaces disagree about the name
 */
export function parameterInterfaces(
  set: PolicySet,
  targets: readonly Target[],
  mustExist: boolean,
): (name: string) => number | undefined {
  let namespaces: (string | undefined)[] | undefined;
  const known = new Map<string, number | undefined>();
  const find = (name: string): number | undefined => {
    namespaces ??= namespacesOf(set, targets);
    const indices = new Set(namespaces.map((netns) => indexIn(name, netns)));
    if (indices.size > 1) {
      const where = namespaces.map((n) => n ?? "this namespace");
      fail("ERR_EMPTCP_INTERFACE_AMBIGUOUS", { interface: name, set: set.name, namespaces: where });
    }
    const [index] = indices;
    return index ?? (mustExist ? undefined : NOWHERE);
  };
  return (name) => {
    if (!known.has(name)) known.set(name, find(name));
    return known.get(name);
  };
}

function indexIn(name: string, netns: string | undefined): number | undefined {
  try {
    return interfaceIndex(name, netns);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined; // the namespace is gone
    throw error;
  }
}
