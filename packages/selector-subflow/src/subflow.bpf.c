// SPDX-License-Identifier: GPL-2.0-only
/* Match TCP packets by addresses and ports. */
#include <emptcp/selector.bpf.h>

struct key {
	__be32 src;
	__be32 dst;
	__be16 sport;
	__be16 dport;
};

struct key6 {
	struct in6_addr src;
	struct in6_addr dst;
	__be16 sport;
	__be16 dport;
};

EMPTCP_SELECTOR2(subflow, struct key, struct key6)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;

	if (!tcp)
		return EMPTCP_MISS;
	if (ip4) {
		key->src = ip4->saddr;
		key->dst = ip4->daddr;
		key->sport = tcp->source;
		key->dport = tcp->dest;
		return EMPTCP_KEY;
	}
	ip6 = emptcp_ip6(ctx, pkt);
	if (!ip6)
		return EMPTCP_MISS;
	key6->src = ip6->saddr;
	key6->dst = ip6->daddr;
	key6->sport = tcp->source;
	key6->dport = tcp->dest;
	return EMPTCP_KEY;
}
