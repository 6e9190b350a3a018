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
	int family = emptcp_addresses(ctx, pkt, &key->src, &key->dst, &key6->src, &key6->dst);

	return family ? EMPTCP_KEY : EMPTCP_MISS;
}
