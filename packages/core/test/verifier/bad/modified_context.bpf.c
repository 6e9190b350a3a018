// SPDX-License-Identifier: GPL-2.0-only
/* Chooses a field of the context with an offset that is computed. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(modified_context)
{
	volatile __u32 choice = 4;
	__u32 *fields = (__u32 *)ctx;

	return fields[choice & 7] ? EMPTCP_DROP : EMPTCP_NEXT; /* here */
}
