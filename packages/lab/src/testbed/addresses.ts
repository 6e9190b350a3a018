import type { LabPlan } from "./spec.js";

/** An address of each family. */
export interface Addresses {
  readonly v4: string;
  readonly v6: string;
}

/** The parts of the testbed that have a network namespace. */
export const HOSTS = ["client", "router", "server"] as const;
export type HostName = (typeof HOSTS)[number];

/** One path: device names and addresses at both of its links. */
export interface PathAddresses {
  /** Counts from 1. */
  readonly number: number;
  /** Device of the link client - router, the same name at both ends. */
  readonly access: string;
  /** Device of the link router - server, the same name at both ends. */
  readonly wan: string;
  readonly client: Addresses;
  /** The router's end of the access link. */
  readonly gateway: Addresses;
  /** The router's end of the link to the server. */
  readonly router: Addresses;
  /** The server's end of that link. */
  readonly server: Addresses;
}

/** Where servers listen: an address of its own, reached over every path. */
export const SERVER: Addresses = { v4: "10.0.100.1", v6: "fd00:100::1" };

/** A second one, which the server may signal to its peers (ADD_ADDR); clients reach it over the last path. */
export const SIGNALLED: Addresses = { v4: "10.0.100.2", v6: "fd00:100::2" };

/** @param number counts from 1 */
export function pathAddresses(number: number): PathAddresses {
  return {
    number,
    access: `path${number}`,
    wan: `wan${number}`,
    client: { v4: `10.0.${number}.1`, v6: `fd00:${number}::1` },
    gateway: { v4: `10.0.${number}.254`, v6: `fd00:${number}::fe` },
    router: { v4: `10.1.${number}.1`, v6: `fd01:${number}::1` },
    server: { v4: `10.1.${number}.2`, v6: `fd01:${number}::2` },
  };
}

/** Name of a host's network namespace, e.g. emptcp-router or emptcp-1f03aa-router. */
export function namespaceName(id: string, host: HostName): string {
  return id === "" ? `emptcp-${host}` : `emptcp-${id}-${host}`;
}

/** All namespaces of a testbed. */
export function namespaceNames(id: string): string[] {
  return HOSTS.map((host) => namespaceName(id, host));
}

/** The paths of a plan, in order. */
export function planPaths(plan: LabPlan): PathAddresses[] {
  return plan.paths.map((_, i) => pathAddresses(i + 1));
}
