// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Keys of per-subflow state. */
#ifndef EMPTCP_FLOW_BPF_H
#define EMPTCP_FLOW_BPF_H

#include "packet.bpf.h"

/* One direction of a subflow; addresses (IPv4 as ::ffff:a.b.c.d) and ports as on the wire. */
struct emptcp_flow {
	struct in6_addr src;
	struct in6_addr dst;
	__be16 sport;
	__be16 dport;
};

/* Fills in the direction that a TCP packet belongs to; false without TCP. */
static __always_inline bool emptcp_flow_of(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					   struct emptcp_flow *flow)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;

	if (!tcp)
		return false;
	__builtin_memset(flow, 0, sizeof(*flow));
	flow->sport = tcp->source;
	flow->dport = tcp->dest;
	if (ip4) {
		flow->src.in6_u.u6_addr32[2] = bpf_htonl(0xffff);
		flow->src.in6_u.u6_addr32[3] = ip4->saddr;
		flow->dst.in6_u.u6_addr32[2] = bpf_htonl(0xffff);
		flow->dst.in6_u.u6_addr32[3] = ip4->daddr;
		return true;
	}
	ip6 = emptcp_ip6(ctx, pkt);
	if (!ip6)
		return false;
	flow->src = ip6->saddr;
	flow->dst = ip6->daddr;
	return true;
}

/* The other direction of the same subflow. */
static __always_inline void emptcp_flow_reverse(const struct emptcp_flow *flow, struct emptcp_flow *out)
{
	out->src = flow->dst;
	out->dst = flow->src;
	out->sport = flow->dport;
	out->dport = flow->sport;
}

#endif
