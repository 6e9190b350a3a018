import { ProblemsError } from "../errors.js";
import type { Json } from "../params/types.js";
import { readCondition, readModuleUse } from "./normalise-condition.js";
import { isObject, join, type JsonObject, Reader } from "./reader.js";
import type { Attach, Policy, PolicySet, Step, XdpMode } from "./types.js";

const SET_KEYS = ["name", "attach", "policies", "modules"] as const;
const POLICY_KEYS = ["name", "when", "chain", "priority", "continue", "onError", "capacity"] as const;
const HOOK_KEYS = ["xdp", "tc-ingress", "tc-egress"] as const;
/** How a set may be attached at XDP. */
export const MODES: readonly XdpMode[] = ["native", "generic", "auto"];
/** Largest priority, and smallest with a minus before it. */
export const PRIORITY = 1_000_000_000;
/** Most rules that a policy may ask for. */
export const CAPACITY = 1 << 26;
/** An interface, a pattern of some, with or without a namespace. */
export const INTERFACE = /^(?:[!-.0-~]{1,200}\/)?[!-.0-~]{1,15}$/;

/** Name of an npm package. */
export const PACKAGE = /^[a-z0-9@][a-z0-9@/._~-]{0,213}$/;

function readInterfaces(r: Reader, input: unknown, path: string): readonly string[] {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (items.length === 0) r.expected(path, "at least one interface", input);
  const names = items.map((item, i) => {
    if (typeof item === "string" && INTERFACE.test(item)) return item;
    const at = Array.isArray(input) ? `${path}[${i}]` : path;
    r.expected(at, 'an interface such as "eth0", "eth*" or "namespace/eth0"', item);
    return "";
  });
  return [...new Set(names)];
}

function readXdp(r: Reader, input: unknown, path: string): NonNullable<Attach["xdp"]> {
  if (!isObject(input)) return { interfaces: readInterfaces(r, input, path), mode: "auto" };
  const object = r.object(input, path, ["interfaces", "mode"]);
  return {
    interfaces: readInterfaces(r, object?.["interfaces"], join(path, "interfaces")),
    mode: r.word(object?.["mode"], join(path, "mode"), MODES, "auto"),
  };
}

function readAttach(r: Reader, input: unknown, path: string): Attach {
  const object = r.object(input, path, HOOK_KEYS);
  if (!object) return {};
  const given = HOOK_KEYS.filter((hook) => object[hook] !== undefined && object[hook] !== null);
  if (given.length === 0) r.expected(path, "a hook with interfaces, e.g. tc-egress: [eth0]", input);
  const entries = given.map((hook) => {
    const at = join(path, hook);
    return [
      hook,
      hook === "xdp" ? readXdp(r, object[hook], at) : readInterfaces(r, object[hook], at),
    ] as const;
  });
  return Object.fromEntries(entries) as Attach;
}

function readChain(r: Reader, input: unknown, path: string): readonly Step[] {
  return r.list(input, path, "a list of actors").flatMap((item, i) => {
    const use = readModuleUse(r, item, `${path}[${i}]`, "step");
    return use ? [{ kind: "step" as const, ...use }] : [];
  });
}

function readPolicy(r: Reader, input: unknown, path: string): Policy[] {
  const object = r.object(input, path, POLICY_KEYS);
  if (!object) return [];
  const when = readCondition(r, object["when"], join(path, "when"));
  const capacity = r.integer(object["capacity"], join(path, "capacity"), 1, CAPACITY);
  const policy: Policy = {
    name: r.name(object["name"], join(path, "name"), "policy"),
    when: when ?? { kind: "all", of: [] },
    chain: readChain(r, object["chain"], join(path, "chain")),
    priority: r.integer(object["priority"], join(path, "priority"), -PRIORITY, PRIORITY) ?? 0,
    continue: r.boolean(object["continue"], join(path, "continue")),
    onError: r.word(object["onError"], join(path, "onError"), ["pass", "drop"], "pass"),
    ...(capacity === undefined ? {} : { capacity }),
  };
  return [policy];
}

function readModules(r: Reader, input: unknown, path: string): Pick<PolicySet, "modules"> {
  if (input === undefined || input === null) return {};
  const modules: Record<string, string> = {};
  for (const [name, value] of Object.entries(r.object(input, path) ?? {})) {
    if (typeof value === "string" && PACKAGE.test(value) && name !== "__proto__") modules[name] = value;
    else r.expected(join(path, name), "a package name", value);
  }
  return { modules };
}

/** Reads one policy set from untrusted data; what is wrong is added to the reader. */
export function readPolicySet(r: Reader, input: unknown, path = ""): PolicySet | undefined {
  const object: JsonObject | undefined = r.object(input, path, SET_KEYS);
  if (!object) return undefined;
  const policies = join(path, "policies");
  return {
    name: r.name(object["name"], join(path, "name"), "policy set"),
    attach: readAttach(r, object["attach"], join(path, "attach")),
    policies: r
      .list(object["policies"], policies, "a list of policies")
      .flatMap((item, i) => readPolicy(r, item, `${policies}[${i}]`)),
    ...readModules(r, object["modules"], join(path, "modules")),
  };
}

/**
 * Brings a policy set into its full form: short steps (`"record"`, `{ "set-window": { window: 1000 } }`) and
 * conditions are written out, defaults filled in. Its result is a fixed point.
 *
 * @param path put before the paths of problems
 * @throws ProblemsError with everything that is malformed
 */
export function normalisePolicySet(input: Json, path = ""): PolicySet {
  const reader = new Reader();
  const set = readPolicySet(reader, input, path);
  if (!set || reader.problems.length > 0) throw new ProblemsError(reader.problems);
  return set;
}
