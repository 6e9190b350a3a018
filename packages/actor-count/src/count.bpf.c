// SPDX-License-Identifier: GPL-2.0-only
/* Count packets and bytes in numbered counters. */
#include <emptcp/actor.bpf.h>

struct params {
	__u32 counter;
};

/* Public: readers find the layout in BTF. */
struct totals {
	__u64 packets; /* as this hook sees them */
	__u64 segments; /* as the wire sees them: a GSO packet stands for several */
	__u64 bytes; /* from the link layer header on, of the packets */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct totals);
} count_totals SEC(".maps");

/* How many packets on the wire this one stands for. */
static __always_inline __u32 segments_of(struct emptcp_ctx *ctx)
{
#ifdef EMPTCP_HOOK_TC
	if (ctx->gso_segs)
		return ctx->gso_segs;
#endif
	return 1;
}

EMPTCP_ACTOR(count, struct params)
{
	struct totals first = { .packets = 1,
				.segments = segments_of(ctx),
				.bytes = emptcp_packet_length(ctx) };
	__u32 counter = params->counter;
	struct totals *totals = bpf_map_lookup_elem(&count_totals, &counter);

	if (totals) {
		totals->packets++;
		totals->segments += first.segments;
		totals->bytes += first.bytes;
	} else if (bpf_map_update_elem(&count_totals, &counter, &first, BPF_NOEXIST)) {
		emptcp_refuse(pkt, EMPTCP_REFUSED_FULL);
	}
	return EMPTCP_NEXT;
}
