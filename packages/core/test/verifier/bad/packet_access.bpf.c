// SPDX-License-Identifier: GPL-2.0-only
/* Reads the packet without asking how long it is. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(packet_access)
{
	__u8 *packet = emptcp_data(ctx);

	return packet[20] ? EMPTCP_DROP : EMPTCP_NEXT; /* here */
}
