// SPDX-License-Identifier: GPL-2.0-only
/* Set the advertised receive window, so that the peer slows down. */
#include <emptcp/actor.bpf.h>

struct params {
	__u16 window; /* host byte order, before window scaling */
	__u8 only_lower; /* leave windows that are smaller already */
};

EMPTCP_ACTOR(set_window, struct params)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);

	if (!tcp || (params->only_lower && bpf_ntohs(tcp->window) <= params->window))
		return EMPTCP_NEXT;
	return emptcp_tcp_set_window(ctx, pkt, bpf_htons(params->window));
}
