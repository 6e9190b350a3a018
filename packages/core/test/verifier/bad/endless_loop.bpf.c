// SPDX-License-Identifier: GPL-2.0-only
/* Waits for the packet to change, which it never does. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(endless_loop)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);

	if (!tcp)
		return EMPTCP_NEXT;
	while (tcp->source != tcp->dest) /* here */
		asm volatile("" ::: "memory");
	return EMPTCP_NEXT;
}
