// SPDX-License-Identifier: GPL-2.0-only
/* Match IP packets of any protocol by their two addresses. */
#include <emptcp/selector.bpf.h>

struct key {
	__be32 src;
	__be32 dst;
};

struct key6 {
	struct in6_addr src;
	struct in6_addr dst;
};

EMPTCP_SELECTOR2(ip_pair, struct key, struct key6)
{
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;

	if (ip4) {
		key->src = ip4->saddr;
		key->dst = ip4->daddr;
		return EMPTCP_KEY;
	}
	ip6 = emptcp_ip6(ctx, pkt);
	if (!ip6)
		return EMPTCP_MISS;
	key6->src = ip6->saddr;
	key6->dst = ip6->daddr;
	return EMPTCP_KEY;
}
