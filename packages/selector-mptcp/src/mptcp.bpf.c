// SPDX-License-Identifier: GPL-2.0-only
/* Match the packets of MPTCP connections, those without an MPTCP option of their own included. */
#include <emptcp/selector.bpf.h>
#include <emptcp/connection.bpf.h>
#include <emptcp/mptcp.bpf.h>

static long visit(__u32 index, void *data)
{
	struct emptcp_tcpopts *o = data;

	if (!emptcp_tcpopts_step(o))
		return 1;
	if (o->kind != EMPTCP_TCPOPT_MPTCP || !emptcp_mptcp_is(o, emptcp_tcpopt_byte(o, 2) >> 4))
		return 0;
	o->found = 1;
	return 1;
}

/* True when the packet itself carries an MPTCP option. */
static __noinline bool carries_option(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	struct emptcp_tcpopts o;

	if (emptcp_tcpopts_load(ctx, pkt, &o))
		return false;
	emptcp_tcpopts_walk(&o, visit);
	return o.found;
}

EMPTCP_SELECTOR0(mptcp)
{
	struct emptcp_subflow *subflow;
	__u8 sender;

	if (!emptcp_has_tcp(pkt))
		return EMPTCP_MISS;
	subflow = emptcp_subflow_of(ctx, pkt, &sender);
	if (subflow && subflow->kind != EMPTCP_SUBFLOW_UNKNOWN)
		return emptcp_subflow_is_mptcp(subflow) ? EMPTCP_KEY : EMPTCP_MISS;
	return carries_option(ctx, pkt) ? EMPTCP_KEY : EMPTCP_MISS;
}
