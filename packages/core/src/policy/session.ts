import { problem, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { HOOKS, type Hook, type Power } from "../module/types.js";
import { addressValue, parseAddress } from "../params/address.js";
import { listNames } from "../text.js";
import { evaluate } from "./evaluate.js";
import type { Condition, PacketFacts, Policy, PolicySet } from "./types.js";

/** One end of a connection. */
export interface SessionEnd {
  /** Text without a zone. */
  readonly address: string;
  readonly port: number;
}

/** A TCP connection over which somebody works on this machine. */
export interface Session {
  readonly local: SessionEnd;
  readonly remote: SessionEnd;
  /** Interfaces that its packets may pass, in the namespace of the process. */
  readonly interfaces: readonly string[];
}

/** What is known of the sessions in which a command is typed. */
export interface SessionEnvironment {
  readonly sessions: readonly Session[];
  readonly catalog: ModuleCatalog;
}

const EFFECTS: Readonly<Partial<Record<Power, string>>> = {
  drop: "drop",
  redirect: "redirect",
  "change-header": "change",
  "change-length": "change",
  inject: "answer",
};

/** The packet that the session receives or sends at a hook. */
function packetOf({ local, remote }: Session, hook: Hook): PacketFacts | undefined {
  const [src, dst] = hook === "tc-egress" ? [local, remote] : [remote, local];
  const [from, to] = [parseAddress(src.address), parseAddress(dst.address)];
  if (!from || from.family !== to?.family) return undefined;
  const addresses = { src: addressValue(from.bytes), dst: addressValue(to.bytes) };
  return { family: from.family, ...addresses, proto: 6, sport: src.port, dport: dst.port };
}

/** Selectors of which nothing can be said here: they look at more than addresses and ports. */
function isOpaque(module: string, catalog: ModuleCatalog): boolean {
  const key = catalog.get(module)?.manifest.key;
  return (key?.ends ?? null) === null && !["any", "tcp", "src", "dst"].includes(module);
}

/** The condition where every selector that nothing can be said of does what lets it match. */
function possible(condition: Condition, catalog: ModuleCatalog, negated = false): Condition {
  switch (condition.kind) {
    case "match":
      if (!isOpaque(condition.module, catalog)) return condition;
      return { kind: negated ? "any" : "all", of: [] };
    case "not":
      return { kind: "not", of: possible(condition.of, catalog, !negated) };
    default:
      return { ...condition, of: condition.of.map((c) => possible(c, catalog, negated)) };
  }
}

function effectsOf(policy: Policy, catalog: ModuleCatalog): string[] {
  const powers = policy.chain.flatMap((s) => catalog.get(s.module)?.manifest.powers ?? []);
  const effects = powers.flatMap((p) => EFFECTS[p] ?? []);
  return [...new Set(policy.onError === "drop" && policy.chain.length > 0 ? [...effects, "drop"] : effects)];
}

/** How to keep a session out of a policy, as it is written in a file. */
function exclusion({ local, remote }: Session): string {
  const text = ({ address, port }: SessionEnd): string =>
    `"${address.includes(":") ? `[${address}]` : address}:${port}"`;
  return `{ not: { subflow: { local: ${text(local)}, remote: ${text({ ...remote, port: 0 }).replace(/:0"$/, ':*"')} } } }`;
}

/**
 * Warnings for policies that packets of the session may go through in which a command is typed, and whose chains may
 * stop or change them. The reference evaluator decides what matches; selectors that look at more than addresses and ports
 * are taken to match.
 *
 * @param sets all policy sets that will run
 * @returns one warning for each policy; paths begin with `sets[i].` when there are several sets
 */
export function sessionProblems(sets: readonly PolicySet[], environment: SessionEnvironment): Problem[] {
  const { catalog, sessions } = environment;
  const own = new Map(sets.map((s) => [s.name, catalog.withPreferences(s.modules ?? {})]));
  const cautious = sets.map((set) => ({
    ...set,
    policies: set.policies.map((p) => ({ ...p, when: possible(p.when, own.get(set.name) ?? catalog) })),
  }));
  const found = new Map<string, Problem>();
  for (const session of sessions) {
    for (const hook of HOOKS) {
      const packet = packetOf(session, hook);
      if (!packet) continue;
      for (const iface of session.interfaces) {
        for (const { set, policy } of evaluate(cautious, packet, hook, iface, catalog)) {
          const effects = effectsOf(policy, own.get(set) ?? catalog);
          if (effects.length === 0) continue;
          const at = sets.findIndex((s) => s.name === set);
          const index = sets[at]?.policies.findIndex((p) => p.name === policy.name) ?? 0;
          const path = `${sets.length > 1 ? `sets[${at}].` : ""}policies[${index}]`;
          if (found.has(path)) continue;
          const values = {
            policy: `${set}/${policy.name}`,
            hook,
            interface: iface,
            remote: session.remote.address,
            effects: listNames(effects, "or"),
            exclusion: exclusion(session),
          };
          found.set(path, problem("ERR_EMPTCP_SESSION", path, values, { severity: "warning" }));
        }
      }
    }
  }
  return [...found.values()];
}
