// SPDX-License-Identifier: GPL-2.0-only
/* Adds a number without bounds to a pointer into the packet. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(computed_offset)
{
	__u8 *packet = emptcp_data(ctx), *end = emptcp_data_end(ctx);
	__s64 off = bpf_ktime_get_ns();

	packet += off; /* here */
	if (packet + 1 > end)
		return EMPTCP_NEXT;
	return *packet ? EMPTCP_DROP : EMPTCP_NEXT;
}
