// SPDX-License-Identifier: GPL-2.0-only
/* End the chain and let the packet pass. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(pass)
{
	return EMPTCP_PASS;
}
