// SPDX-License-Identifier: GPL-2.0-only
/* Copies 0 to 15 bytes; the kernel wants at least one. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(zero_length)
{
	struct udphdr *udp = emptcp_udp(ctx, pkt);
	__u8 bytes[16] = {};

	if (!udp)
		return EMPTCP_NEXT;
	emptcp_load(ctx, pkt->l4, bytes, bpf_ntohs(udp->len) & 15); /* here */
	return bytes[0] ? EMPTCP_DROP : EMPTCP_NEXT;
}
