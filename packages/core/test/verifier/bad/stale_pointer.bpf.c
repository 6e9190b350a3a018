// SPDX-License-Identifier: GPL-2.0-only
/* Uses a pointer into the packet after a call that may have moved it. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(stale_pointer)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	__u8 zero = 0;

	if (!tcp)
		return EMPTCP_NEXT;
	emptcp_store(ctx, pkt->l3 + 1, &zero, sizeof(zero));
	return tcp->syn ? EMPTCP_DROP : EMPTCP_NEXT; /* here */
}
