// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Changes of the fixed TCP header. */
#ifndef EMPTCP_TCP_BPF_H
#define EMPTCP_TCP_BPF_H

#include "csum.bpf.h"

/*
 * Sets the window field and keeps the checksum right; `window` is in network byte order, before scaling.
 * Packets without TCP stay as they are. Returns EMPTCP_NEXT.
 */
static __always_inline int emptcp_tcp_set_window(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
						 __be16 window)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	bool partial;

	if (!tcp || tcp->window == window)
		return EMPTCP_NEXT;
	partial = pkt->flags & EMPTCP_PKT_CSUM_PARTIAL;
	if (!(pkt->flags & EMPTCP_PKT_CSUM_KNOWN)) {
		partial = emptcp_csum_partial(ctx, pkt);
		tcp = emptcp_tcp(ctx, pkt);
		if (!tcp)
			return EMPTCP_NEXT;
	}
	if (!partial)
		tcp->check = emptcp_csum_fix(tcp->check, tcp->window, window);
	tcp->window = window;
	return EMPTCP_NEXT;
}

#endif
