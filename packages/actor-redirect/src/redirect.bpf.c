// SPDX-License-Identifier: GPL-2.0-only
/* Send packets out of another interface; what cannot be sent there goes on as it would have gone. */
#include <emptcp/actor.bpf.h>
#include <emptcp/next_hop.bpf.h>

enum {
	REFUSED_NO_ROUTE = EMPTCP_REFUSED_MODULE,
	REFUSED_NO_NEIGHBOUR,
	REFUSED_NO_FORWARDING,
	REFUSED_NO_ETHERNET,
	REFUSED_TTL,
};

struct params {
	__u32 to;
	struct in6_addr via; /* all zero: the next hop of the route */
	__u8 source[ETH_ALEN]; /* all zero: of the interface; blind: of the frame */
	__u8 destination[ETH_ALEN]; /* all zero: of the neighbour */
	__u8 routed;
	__u8 blind;
};

static __always_inline int reason_of(long found)
{
	switch (found) {
	case BPF_FIB_LKUP_RET_NO_NEIGH:
		return REFUSED_NO_NEIGHBOUR;
	case BPF_FIB_LKUP_RET_FWD_DISABLED:
		return REFUSED_NO_FORWARDING;
	case BPF_FIB_LKUP_RET_FRAG_NEEDED:
		return EMPTCP_REFUSED_MTU;
	default:
		return REFUSED_NO_ROUTE;
	}
}

static __always_inline int refuse(const struct emptcp_pkt *pkt, int reason)
{
	emptcp_refuse(pkt, reason);
	return EMPTCP_NEXT;
}

EMPTCP_ACTOR(redirect, struct params)
{
	struct bpf_fib_lookup hop = {};
	bool given = emptcp_mac_is_set(params->destination);
	long found = BPF_FIB_LKUP_RET_SUCCESS;
	struct ethhdr *eth;

	if (!emptcp_has_ip4(pkt) && !emptcp_has_ip6(pkt))
		return EMPTCP_NEXT;
#ifdef EMPTCP_HOOK_TC_EGRESS
	if (params->to == ctx->ifindex)
		return EMPTCP_NEXT;
#endif
	if (pkt->l3 < ETH_HLEN)
		return refuse(pkt, REFUSED_NO_ETHERNET);
	if (params->routed && emptcp_ttl(ctx, pkt) <= 1)
		return refuse(pkt, REFUSED_TTL);
	if (!params->blind)
		found = emptcp_next_hop(ctx, pkt, params->to, &params->via, &hop);
	else if (!params->to)
		found = BPF_FIB_LKUP_RET_NOT_FWDED;
	if (found == BPF_FIB_LKUP_RET_NO_NEIGH && given)
		found = BPF_FIB_LKUP_RET_SUCCESS;
#ifdef EMPTCP_HOOK_XDP
	/* What a device does not take as an XDP frame, and what has no checksum yet, is lost behind this program. */
	if (!found && !params->blind && emptcp_is_mp_capable_syn(ctx, pkt))
		return refuse(pkt, EMPTCP_REFUSED_PROTECTED);
	if (!found && emptcp_csum_partial(ctx, pkt))
		return refuse(pkt, EMPTCP_REFUSED_PARTIAL);
#else
	/* The kernel asks for the neighbour, and keeps the packet meanwhile; it loses it if nobody answers. */
	if (found == BPF_FIB_LKUP_RET_NO_NEIGH && pkt->l3 == ETH_HLEN && !emptcp_mac_is_set(params->source) &&
	    !emptcp_is_mp_capable_syn(ctx, pkt)) {
		if (params->routed)
			emptcp_ttl_lower(ctx, pkt);
		return emptcp_next_hop_ask(params->to, &hop);
	}
#endif
	if (found)
		return refuse(pkt, reason_of(found));
	if (params->routed)
		emptcp_ttl_lower(ctx, pkt);
	eth = emptcp_at(ctx, 0, sizeof(*eth));
	if (!eth)
		return refuse(pkt, EMPTCP_REFUSED_NOT_LINEAR);
	__builtin_memcpy(eth->h_dest, given ? params->destination : hop.dmac, ETH_ALEN);
	if (emptcp_mac_is_set(params->source))
		__builtin_memcpy(eth->h_source, params->source, ETH_ALEN);
	else if (emptcp_mac_is_set(hop.smac))
		__builtin_memcpy(eth->h_source, hop.smac, ETH_ALEN);
	return bpf_redirect(params->to, 0);
}
