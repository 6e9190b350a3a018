// SPDX-License-Identifier: GPL-2.0-only
/* Takes it for granted that every packet is TCP. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(null_header)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);

	return tcp->syn ? EMPTCP_DROP : EMPTCP_NEXT; /* here */
}
