// SPDX-License-Identifier: GPL-2.0-only
/* Copies as many bytes as the packet says, into room for 16. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(copy_too_long)
{
	struct udphdr *udp = emptcp_udp(ctx, pkt);
	__u8 bytes[16] = {};

	if (!udp)
		return EMPTCP_NEXT;
	emptcp_load(ctx, pkt->l4, bytes, bpf_ntohs(udp->len) | 1); /* here */
	return bytes[0] ? EMPTCP_DROP : EMPTCP_NEXT;
}
