import type { Hook } from "@emptcp/core";
import { tcp, type TcpFields } from "@emptcp/testing";

/** What a packet can tell the actor to do, by the number in its TCP window. */
export const ORDERS = [
  ...(["next", "drop", "pass", "fail", "again", "other", "redirect"] as const),
  ...(["refuse", "refuse own"] as const),
];
export type Order = (typeof ORDERS)[number];

/** An actor that does what the TCP window of the packet says, so that every packet has a known outcome. */
export const obedient = {
  manifest: {
    kind: "actor" as const,
    module: "obedient",
    powers: ["drop", "redirect"] as const,
    refusals: ["too sunny"],
  },
  source: `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(obedient)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);

	switch (tcp ? bpf_ntohs(tcp->window) : 0) {
	case 1:
		return EMPTCP_DROP;
	case 2:
		return EMPTCP_PASS;
	case 3:
		return EMPTCP_FAIL;
	case 4:
		return EMPTCP_AGAIN;
	case 5:
		return 3; /* XDP_TX, TC_ACT_PIPE */
	case 6:
		return EMPTCP_REDIRECT;
	case 7:
		emptcp_refuse(pkt, EMPTCP_REFUSED_GSO);
		break;
	case 8:
		emptcp_refuse(pkt, EMPTCP_REFUSED_MODULE);
		break;
	}
	return EMPTCP_NEXT;
}
`,
};

/** A packet that orders something. */
export function order(what: Order, fields: TcpFields = {}): Buffer {
  return Buffer.from(tcp({ ...fields, window: ORDERS.indexOf(what) }).bytes);
}

/** The verdict that leaves a hook for an order, a chain without a further step given. */
export function verdictOf(hook: Hook, what: Order): number {
  const [pass, drop, redirect] = hook === "xdp" ? [2, 1, 4] : [-1, 2, 7];
  if (what === "drop") return drop as number;
  if (what === "redirect") return redirect as number;
  return what === "other" ? 3 : (pass as number);
}
