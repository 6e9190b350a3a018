import type { Hook } from "../module/types.js";
import type { Conjunct, Policy, PolicySet } from "./types.js";

/** The condition of every policy on every hook of its set, expanded once. */
export type Expansions = ReadonlyMap<Policy, ReadonlyMap<Hook, readonly Conjunct[]>>;

/** An interface as far as checks need it. */
export interface InterfaceFacts {
  readonly name: string;
  /** Named network namespace; absent for that of the process. */
  readonly netns?: string;
  /** Addresses as text, without prefix lengths. */
  readonly addresses: readonly string[];
}

/** What is known of this machine; what is absent is not checked. */
export interface CheckEnv {
  /** Version of @emptcp/core. */
  readonly core?: string;
  readonly abis?: readonly number[];
  readonly interfaces?: readonly InterfaceFacts[];
  /** Index of an interface by the name the user wrote; checks parameters that name one. */
  readonly ifindex?: (name: string) => number | undefined;
  /** The same for each set, where the namespaces that sets are attached to decide. */
  readonly ifindexFor?: (set: PolicySet) => (name: string) => number | undefined;
}

/** How checks name an interface: `eth0`, `namespace/eth0`. */
export function interfaceText(i: Pick<InterfaceFacts, "name" | "netns">): string {
  return i.netns === undefined ? i.name : `${i.netns}/${i.name}`;
}
