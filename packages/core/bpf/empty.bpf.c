// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The step of a chain without steps: ends it, or lets matching go on. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(empty)
{
	return EMPTCP_NEXT;
}
