// SPDX-License-Identifier: GPL-2.0-only
/* Two functions that need 320 bytes of stack each. */
#include <emptcp/actor.bpf.h>

static __noinline int inner(struct emptcp_ctx *ctx, __u32 off)
{
	__u8 bytes[320] = {};

	return emptcp_load(ctx, off, bytes, sizeof(bytes)) ? 0 : bytes[off & 255];
}

EMPTCP_ACTOR0(stack_overflow)
{
	__u8 bytes[320] = {};

	if (emptcp_load(ctx, 0, bytes, sizeof(bytes)))
		return EMPTCP_NEXT;
	return inner(ctx, 1) == bytes[pkt->l4 & 255] ? EMPTCP_DROP : EMPTCP_NEXT; /* here */
}
