// SPDX-License-Identifier: GPL-2.0-only
/* Match IP packets of any protocol by their source address. */
#include <emptcp/selector.bpf.h>

struct key {
	__be32 address;
};

struct key6 {
	struct in6_addr address;
};

EMPTCP_SELECTOR2(src, struct key, struct key6)
{
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;

	if (ip4) {
		key->address = ip4->saddr;
		return EMPTCP_KEY;
	}
	ip6 = emptcp_ip6(ctx, pkt);
	if (!ip6)
		return EMPTCP_MISS;
	key6->address = ip6->saddr;
	return EMPTCP_KEY;
}
