import {
  namespaceName,
  planPaths,
  SERVER,
  SIGNALLED,
  type HostName,
  type PathAddresses,
} from "./addresses.js";
import type { LabPlan, PathSpec } from "./spec.js";

/** How one link comes about: a pair of Ethernet devices, or a forwarder that holds packets back. */
export type LinkPlan =
  | { readonly kind: "veth"; readonly host: HostName; readonly peer: HostName; readonly device: string }
  | {
      readonly kind: "forwarder";
      readonly host: HostName;
      readonly peer: HostName;
      readonly device: string;
      readonly delayMs: number;
      readonly rateMbit: number;
    };

/** What to run to make a testbed; every text is input for `ip -batch` or `tc -batch` there. */
export interface Topology {
  readonly links: readonly LinkPlan[];
  readonly ip: Readonly<Record<HostName, string>>;
  readonly tc: Readonly<Record<HostName, string>>;
  readonly mptcp: Readonly<Record<HostName, string>>;
}

/** Begins the lines that `ip -6` must read, because nothing else in them says the family. */
export const IPV6 = "-6 ";

/** Time a full queue of a rate limiter takes to empty; deeper ones make every transfer wait for its own packets. */
const QUEUE_SECONDS = 0.1;
/** Two of the largest segments that TCP hands to a device. */
const MIN_QUEUE_BYTES = 131_072;

/** Bytes that may wait in front of a link of this rate. */
export function queueBytes(rateMbit: number): number {
  return Math.max(MIN_QUEUE_BYTES, Math.round((rateMbit * 1e6 * QUEUE_SECONDS) / 8));
}

/**
 * Lays a testbed out. The access link (client - router) carries the rate, the other one the delay, so that the access
 * link can be Ethernet; a "tun" access link carries both.
 * @param netem whether the kernel has the netem qdisc, else a forwarder delays
 */
export function layTopology(plan: LabPlan, netem: boolean): Topology {
  const paths = planPaths(plan).map((path, i) => ({ path, spec: plan.paths[i]! }));
  const join = (lines: (string | string[])[]): string =>
    lines
      .flat()
      .map((l) => `${l}\n`)
      .join("");
  return {
    links: paths.flatMap(({ path, spec }) => planLinks(path, spec, netem)),
    ip: {
      client: join([
        loopback,
        ...paths.map(({ path }) => clientRoutes(path)),
        clientSignalled(paths.at(-1)!.path),
      ]),
      router: join([loopback, ...paths.map(({ path }) => routerRoutes(path))]),
      server: join([loopback, serverAddresses, ...paths.map(({ path }) => serverRoutes(path))]),
    },
    tc: {
      client: join(paths.map(({ path, spec }) => accessShape(path, spec))),
      router: join(
        paths.map(({ path, spec }) => [...accessShape(path, spec), ...wanShape(path, spec, netem)]),
      ),
      server: join(paths.map(({ path, spec }) => wanShape(path, spec, netem))),
    },
    mptcp: {
      client: join([
        "mptcp limits set subflows 8 add_addr_accepted 8",
        ...paths.map(({ path }) => endpoints(path)),
      ]),
      router: "",
      server: join(["mptcp limits set subflows 8 add_addr_accepted 0"]),
    },
  };
}

/** Namespace names of both ends of a link. */
export function linkEnds(id: string, link: LinkPlan): { here: string; there: string } {
  return { here: namespaceName(id, link.host), there: namespaceName(id, link.peer) };
}

function endpoints(path: PathAddresses): string[] {
  const { client, access } = path;
  return [client.v4, client.v6].map((address) => `mptcp endpoint add ${address} dev ${access} subflow`);
}

const loopback = ["link set lo up"];

const serverAddresses = [SERVER, SIGNALLED].flatMap((a) => [
  `addr add ${a.v4}/32 dev lo`,
  `addr add ${a.v6}/128 dev lo nodad`,
]);

function planLinks(path: PathAddresses, spec: Required<PathSpec>, netem: boolean): LinkPlan[] {
  const access = { host: "client", peer: "router", device: path.access } as const;
  const wan = { host: "router", peer: "server", device: path.wan } as const;
  if (spec.access === "tun") {
    const { delayMs, rateMbit } = spec;
    return [
      { kind: "forwarder", ...access, delayMs, rateMbit },
      { kind: "veth", ...wan },
    ];
  }
  const delayed = spec.delayMs > 0 && !netem;
  return [
    { kind: "veth", ...access },
    delayed ? { kind: "forwarder", ...wan, delayMs: spec.delayMs, rateMbit: 0 } : { kind: "veth", ...wan },
  ];
}

function device(name: string, v4: string, v6: string): string[] {
  return [`addr add ${v4}/24 dev ${name}`, `addr add ${v6}/64 dev ${name} nodad`, `link set ${name} up`];
}

/** A table for each source address, and one default route that a socket without an address gets. */
function clientRoutes(path: PathAddresses): string[] {
  const { number, access, client, gateway } = path;
  return [
    ...device(access, client.v4, client.v6),
    ...[
      ["", client.v4, gateway.v4],
      [IPV6, client.v6, gateway.v6],
    ].flatMap(([family, own, via]) => [
      `${family}rule add from ${own} table ${100 + number}`,
      `route add default via ${via} dev ${access} table ${100 + number}`,
      `route add default via ${via} dev ${access} metric ${number}`,
    ]),
  ];
}

function clientSignalled(last: PathAddresses): string[] {
  return [
    `route add ${SIGNALLED.v4}/32 via ${last.gateway.v4} dev ${last.access}`,
    `route add ${SIGNALLED.v6}/128 via ${last.gateway.v6} dev ${last.access}`,
  ];
}

/** What comes in on a path goes on over the same path's second link. */
function routerRoutes(path: PathAddresses): string[] {
  const { number, access, wan, gateway, router, server } = path;
  return [
    ...device(access, gateway.v4, gateway.v6),
    ...device(wan, router.v4, router.v6),
    ...[
      ["", server.v4],
      [IPV6, server.v6],
    ].flatMap(([family, via]) => [
      `${family}rule add iif ${access} table ${100 + number}`,
      `route add default via ${via} dev ${wan} table ${100 + number}`,
      `route add default via ${via} dev ${wan} metric ${number}`,
    ]),
  ];
}

/** The source address is said because a UDP server that listens everywhere answers from it. */
function serverRoutes(path: PathAddresses): string[] {
  const { number, wan, server, router } = path;
  return [
    ...device(wan, server.v4, server.v6),
    `route add 10.0.${number}.0/24 via ${router.v4} dev ${wan} src ${SERVER.v4}`,
    `route add fd00:${number}::/64 via ${router.v6} dev ${wan} src ${SERVER.v6}`,
  ];
}

function accessShape(path: PathAddresses, spec: Required<PathSpec>): string[] {
  if (spec.access === "tun" || spec.rateMbit === 0) return [];
  const limit = queueBytes(spec.rateMbit);
  return [`qdisc add dev ${path.access} root tbf rate ${spec.rateMbit}mbit burst 32k limit ${limit}`];
}

function wanShape(path: PathAddresses, spec: Required<PathSpec>, netem: boolean): string[] {
  if (!netem || spec.access === "tun" || spec.delayMs === 0) return [];
  return [`qdisc add dev ${path.wan} root netem delay ${spec.delayMs}ms limit 10000`];
}
