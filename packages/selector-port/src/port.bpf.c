// SPDX-License-Identifier: GPL-2.0-only
/* Match TCP and UDP packets by their ports. */
#include <emptcp/selector.bpf.h>

struct key {
	__be16 sport;
	__be16 dport;
};

EMPTCP_SELECTOR(port, struct key)
{
	struct key *ports;

	if (!emptcp_has_tcp(pkt) && !emptcp_has_udp(pkt))
		return EMPTCP_MISS;
	ports = emptcp_at(ctx, pkt->l4, sizeof(*ports));
	if (!ports)
		return EMPTCP_MISS;
	*key = *ports;
	return EMPTCP_KEY;
}
