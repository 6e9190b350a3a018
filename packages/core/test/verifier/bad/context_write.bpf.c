// SPDX-License-Identifier: GPL-2.0-only
/* Writes a field of the context that the hook only lets read. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(context_write)
{
	((__u32 *)ctx)[0] = 1; /* here */
	return EMPTCP_NEXT;
}
