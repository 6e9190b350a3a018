// SPDX-License-Identifier: GPL-2.0-only
/* Loops over the payload byte by byte; the verifier walks every turn of the loop. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(too_complex)
{
	__u32 length = emptcp_payload_length(ctx, pkt), sum = 0;

	for (__u32 i = 0; i < length; i++) {
		__u8 *byte = emptcp_at(ctx, pkt->l4 + i, 1);

		if (byte && *byte & 1) /* here */
			sum += *byte;
		else if (byte)
			sum ^= *byte;
	}
	return sum == 42 ? EMPTCP_DROP : EMPTCP_NEXT;
}
