// SPDX-License-Identifier: GPL-2.0-only
/* Take announcements of further addresses away, so that no subflow is opened to them. */
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

struct walk {
	struct emptcp_tcpopts opts;
	bool has_dss;
	bool changed;
};

/*
 * A packet must keep an MPTCP option until the connection is established, or the client falls back to TCP
 * (net/mptcp/options.c, check_fully_established). Without a DSS beside it the announcement stays, with an
 * HMAC that no receiver takes; version 0 has none.
 */
static long strip(__u32 index, void *data)
{
	struct walk *w = data;
	struct emptcp_tcpopts *o = &w->opts;
	__u32 last;

	if (!emptcp_tcpopts_step(o))
		return 1;
	if (!is_announcement(o))
		return 0;
	w->changed = true;
	last = o->at + o->len - 1;
	if (w->has_dss || !(o->len == 16 || o->len == 18 || o->len == 28 || o->len == 30))
		emptcp_tcpopt_nop(o);
	else if (last < EMPTCP_TCPOPT_MAX)
		o->bytes[last] ^= 0xff;
	return 0;
}

EMPTCP_ACTOR0(blk_subflow)
{
	struct walk w = {};

	if (!emptcp_has_tcp(pkt) || emptcp_l4_length(pkt) < sizeof(struct tcphdr) + 8)
		return EMPTCP_NEXT;
	if (emptcp_tcpopts_load(ctx, pkt, &w.opts))
		return EMPTCP_NEXT;
	w.has_dss = emptcp_mptcp_find(&w.opts, EMPTCP_MP_DSS);
	emptcp_tcpopts_walk(&w.opts, strip);
	if (w.changed)
		emptcp_tcpopts_overwrite(ctx, pkt, &w.opts);
	return EMPTCP_NEXT;
}
