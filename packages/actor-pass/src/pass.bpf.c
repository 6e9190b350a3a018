// SPDX-License-Identifier: GPL-2.0-only
/* Hand every packet on as it is: the smallest actor. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(pass)
{
	return EMPTCP_NEXT;
}
