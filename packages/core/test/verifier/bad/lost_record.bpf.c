// SPDX-License-Identifier: GPL-2.0-only
/* Reserves a record and forgets it on one way out. */
#include <emptcp/actor.bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

EMPTCP_ACTOR0(lost_record)
{
	__u32 *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0); /* here */

	if (!record || !emptcp_has_tcp(pkt))
		return EMPTCP_NEXT;
	*record = pkt->l4;
	bpf_ringbuf_submit(record, 0);
	return EMPTCP_NEXT;
}
