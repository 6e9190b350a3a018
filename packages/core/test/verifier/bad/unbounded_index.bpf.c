// SPDX-License-Identifier: GPL-2.0-only
/* Takes an index from the packet and does not bound it. */
#include <emptcp/actor.bpf.h>

struct table {
	__u32 count[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct table);
} counts SEC(".maps");

EMPTCP_ACTOR0(unbounded_index)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	__u32 zero = 0;
	struct table *table = bpf_map_lookup_elem(&counts, &zero);

	if (!tcp || !table)
		return EMPTCP_NEXT;
	table->count[bpf_ntohs(tcp->dest)]++; /* here */
	return EMPTCP_NEXT;
}
