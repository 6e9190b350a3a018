// SPDX-License-Identifier: GPL-2.0-only
/* Drop the packet or let it go on, so that a test sees that the packet came this far. */
#include <emptcp/actor.bpf.h>

struct params {
	__u8 drop;	/* 1: end the chain with a drop */
};

EMPTCP_ACTOR(probe, struct params)
{
	return params->drop ? EMPTCP_DROP : EMPTCP_NEXT;
}
