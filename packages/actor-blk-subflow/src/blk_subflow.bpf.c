// SPDX-License-Identifier: GPL-2.0-only
/* Replace announcements of further addresses by NOPs, so that no subflow is opened to them. */
#include <emptcp/actor.bpf.h>

#define ECHO 1 /* E flag of version 1, in the low nibble */
#define IPV4 4 /* version 0 has the IP version there */
#define IPV6 6

/*
 * Version 1 announces in 16, 18, 28 or 30 bytes (RFC 8684 3.4.1), version 0 in 8, 10, 20 or 22 (RFC 6824
 * 3.4.1), where version 1 has the echo. An echo stays: without it the sender repeats its announcement.
 */
static __always_inline bool is_announcement(const struct emptcp_tcpopts *o)
{
	__u8 low = emptcp_tcpopt_byte(o, 2) & 0xf;

	if (!emptcp_mptcp_is(o, EMPTCP_MP_ADD_ADDR))
		return false;
	if (o->len == 8 || o->len == 10)
		return low == IPV4;
	if (o->len == 20 || o->len == 22)
		return low == IPV6;
	return !(low & ECHO);
}

static long strip(__u32 index, void *data)
{
	struct emptcp_tcpopts *o = data;

	if (!emptcp_tcpopts_step(o))
		return 1;
	if (is_announcement(o))
		emptcp_tcpopt_nop(o);
	return 0;
}

EMPTCP_ACTOR0(blk_subflow)
{
	struct emptcp_tcpopts o;

	if (!emptcp_has_tcp(pkt) || emptcp_l4_length(pkt) < sizeof(struct tcphdr) + 8)
		return EMPTCP_NEXT;
	if (emptcp_tcpopts_load(ctx, pkt, &o))
		return EMPTCP_NEXT;
	emptcp_tcpopts_walk(&o, strip);
	if (o.nops)
		emptcp_tcpopts_overwrite(ctx, pkt, &o);
	return EMPTCP_NEXT;
}
