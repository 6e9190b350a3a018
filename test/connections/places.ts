import type { Attach, Stage } from "@emptcp/lab/experiments";

/** Somewhere that packets of both ends pass. */
export interface Place {
  readonly name: string;
  readonly attach: (stage: Stage) => Attach;
}

/** Hooks that the client's packets pass on path 2. */
export const CLIENT_TO_SERVER: readonly Place[] = [
  { name: "client, tc-egress", attach: ({ lab }) => ({ "tc-egress": [lab.client.device("path2")] }) },
  {
    name: "router, xdp in the driver",
    attach: ({ lab }) => ({ xdp: { interfaces: [lab.router.device("path2")], mode: "native" } }),
  },
  {
    name: "router, xdp generic",
    attach: ({ lab }) => ({ xdp: { interfaces: [lab.router.device("path2")], mode: "generic" } }),
  },
  { name: "router, tc-ingress", attach: ({ lab }) => ({ "tc-ingress": [lab.router.device("path2")] }) },
  { name: "router, tc-egress", attach: ({ lab }) => ({ "tc-egress": [lab.router.device("wan2")] }) },
];

/** Hooks that the server's packets pass on path 1. */
export const SERVER_TO_CLIENT: readonly Place[] = [
  {
    name: "client, xdp in the driver",
    attach: ({ lab }) => ({ xdp: { interfaces: [lab.client.device("path1")], mode: "native" } }),
  },
  { name: "client, tc-ingress", attach: ({ lab }) => ({ "tc-ingress": [lab.client.device("path1")] }) },
  { name: "router, tc-egress", attach: ({ lab }) => ({ "tc-egress": [lab.router.device("path1")] }) },
];

/** IPv4 and IPv6, for it.each. */
export const FAMILIES = ["v4", "v6"] as const;
