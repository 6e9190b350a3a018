// SPDX-License-Identifier: GPL-2.0-only
/* Reads a parameter behind the end of the row. */
#include <emptcp/actor.bpf.h>

struct params {
	__u32 count[4];
};

EMPTCP_ACTOR(params_index, struct params)
{
	return params->count[pkt->l4 & 511] ? EMPTCP_DROP : EMPTCP_NEXT; /* here */
}
