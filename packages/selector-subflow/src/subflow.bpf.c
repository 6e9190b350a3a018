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
	int family;

	if (!tcp)
		return EMPTCP_MISS;
	family = emptcp_addresses(ctx, pkt, &key->src, &key->dst, &key6->src, &key6->dst);
	if (family == 4) {
		key->sport = tcp->source;
		key->dport = tcp->dest;
	} else {
		key6->sport = tcp->source;
		key6->dport = tcp->dest;
	}
	return family ? EMPTCP_KEY : EMPTCP_MISS;
}
