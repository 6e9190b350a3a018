// SPDX-License-Identifier: GPL-2.0-only
/* Match IP packets of any protocol by their destination address. */
#include <emptcp/selector.bpf.h>

struct key {
	__be32 address;
};

struct key6 {
	struct in6_addr address;
};

EMPTCP_SELECTOR2(dst, struct key, struct key6)
{
	return emptcp_addresses(ctx, pkt, NULL, &key->address, NULL, &key6->address) ? EMPTCP_KEY
										     : EMPTCP_MISS;
}
