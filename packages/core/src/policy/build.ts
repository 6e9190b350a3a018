import type { Json } from "../params/types.js";
import { normalisePolicySet } from "./normalise.js";
import type { Condition, OnError, Policy, PolicySet, Step, XdpMode } from "./types.js";

/** Matches when every part does; `all()` matches every packet. */
export function all(...of: readonly Condition[]): Condition {
  return { kind: "all", of };
}

/** Matches when one of the parts does. */
export function any(...of: readonly Condition[]): Condition {
  return { kind: "any", of };
}

/** Matches when the part does not: also packets in which the selector finds nothing to look at. */
export function not(of: Condition): Condition {
  return { kind: "not", of };
}

/** What a policy is made of besides its name. */
export interface PolicyOptions {
  readonly when: Condition;
  readonly chain: readonly Step[];
  /** The higher number wins (default: 0); ties go by set name, then policy name. */
  readonly priority?: number;
  /** The next matching policy runs too, after this chain (default: false). */
  readonly continue?: boolean;
  /** What happens to a packet when a step fails (default: "pass"). */
  readonly onError?: OnError;
  /** Most rules of its own. */
  readonly capacity?: number;
}

/** Packets that match `when` go through `chain`. */
export function policy(name: string, options: PolicyOptions): Policy {
  return { priority: 0, continue: false, onError: "pass", ...options, name };
}

/** One interface name or pattern, or several. */
export type InterfacesInput = string | readonly string[];

export interface PolicySetOptions {
  readonly attach: {
    readonly xdp?: InterfacesInput | { readonly interfaces: InterfacesInput; readonly mode?: XdpMode };
    readonly "tc-ingress"?: InterfacesInput;
    readonly "tc-egress"?: InterfacesInput;
  };
  readonly policies: readonly Policy[];
  /** Package to use for a module name, where several provide it. */
  readonly modules?: Readonly<Record<string, string>>;
}

/**
 * Policies that are attached together, as plain data.
 *
 * @throws ProblemsError with everything that is malformed
 */
export function policySet(name: string, options: PolicySetOptions): PolicySet {
  return normalisePolicySet({ ...options, name } as unknown as Json);
}
