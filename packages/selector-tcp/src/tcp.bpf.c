// SPDX-License-Identifier: GPL-2.0-only
/* Match TCP packets that carry the TCP header. */
#include <emptcp/selector.bpf.h>

EMPTCP_SELECTOR0(tcp)
{
	return emptcp_has_tcp(pkt) ? EMPTCP_KEY : EMPTCP_MISS;
}
