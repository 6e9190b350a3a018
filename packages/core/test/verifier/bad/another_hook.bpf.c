// SPDX-License-Identifier: GPL-2.0-only
/* Calls a helper of TC on XDP. */
#include <emptcp/actor.bpf.h>

EMPTCP_ACTOR0(another_hook)
{
	__u8 byte = 0;

	bpf_skb_load_bytes((void *)ctx, 0, &byte, sizeof(byte)); /* here */
	return byte ? EMPTCP_DROP : EMPTCP_NEXT;
}
