// SPDX-License-Identifier: GPL-2.0-only
/* Record packets, bytes and round-trip times of each direction of each subflow. */
#include <emptcp/actor.bpf.h>

/* One direction of a subflow. Public: readers find the layout in BTF. Times are in nanoseconds. */
struct record {
	__u64 packets;
	__u64 bytes; /* of IP packets */
	__u64 payload; /* bytes of TCP payload, retransmissions included */
	__u64 first_ns; /* bpf_ktime_get_boot_ns of the first packet */
	__u64 last_ns; /* of the last one */
	__u64 stamped_ns; /* when tsval was first seen */
	__u64 rtt_last_ns; /* from here to the destination and back; 0: none yet */
	__u64 rtt_min_ns;
	__u64 rtt_smoothed_ns; /* 7/8 old, 1/8 new, as in RFC 6298 */
	__u32 rtt_samples;
	__u32 tsval; /* latest timestamp sent (RFC 7323), host byte order; 0: none waits for its echo */
	__u32 syns;
	__u32 ends; /* packets with FIN or RST */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct emptcp_flow);
	__type(value, struct record);
} record_flows SEC(".maps");

static __always_inline struct record *record_of(const struct emptcp_flow *flow, __u64 now)
{
	struct record *r = bpf_map_lookup_elem(&record_flows, flow), fresh = { .first_ns = now };

	if (r)
		return r;
	bpf_map_update_elem(&record_flows, flow, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&record_flows, flow);
}

/* Takes a sample when this packet echoes the timestamp that the other direction waits for. */
static __always_inline void sample(struct record *other, __u32 echo, __u64 now)
{
	__u64 rtt = now - other->stamped_ns;

	if (!echo || !other->tsval || (__s32)(echo - other->tsval) < 0)
		return;
	if (echo != other->tsval)
		rtt = 0; /* the echo skipped it: no sample, wait for a new one */
	other->tsval = 0;
	if (!rtt)
		return;
	other->rtt_last_ns = rtt;
	if (!other->rtt_samples || rtt < other->rtt_min_ns)
		other->rtt_min_ns = rtt;
	other->rtt_smoothed_ns = other->rtt_samples
					 ? other->rtt_smoothed_ns - (other->rtt_smoothed_ns >> 3) + (rtt >> 3)
					 : rtt;
	other->rtt_samples++;
}

static __always_inline void count(struct record *r, const struct tcphdr *tcp, __u32 bytes, __u32 payload,
				  __u64 now)
{
	__sync_fetch_and_add(&r->packets, 1);
	__sync_fetch_and_add(&r->bytes, bytes);
	__sync_fetch_and_add(&r->payload, payload);
	r->last_ns = now;
	r->syns += tcp->syn;
	r->ends += tcp->fin || tcp->rst;
}

EMPTCP_ACTOR0(record)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct emptcp_flow flow, reverse;
	struct emptcp_tcpopts o;
	struct record *r, *other;
	struct tcphdr *tcp;

	if (!emptcp_flow_of(ctx, pkt, &flow))
		return EMPTCP_NEXT;
	r = record_of(&flow, now);
	tcp = emptcp_tcp(ctx, pkt);
	if (!r || !tcp) {
		emptcp_refuse(pkt, EMPTCP_REFUSED_FULL);
		return EMPTCP_NEXT;
	}
	count(r, tcp, emptcp_ip_end(ctx, pkt) - pkt->l3, emptcp_payload_length(ctx, pkt), now);
	if (emptcp_tcpopts_load(ctx, pkt, &o) || !emptcp_tcpopts_find(&o, EMPTCP_TCPOPT_TIMESTAMP) ||
	    o.len != 10)
		return EMPTCP_NEXT;
	emptcp_flow_reverse(&flow, &reverse);
	other = bpf_map_lookup_elem(&record_flows, &reverse);
	if (other)
		sample(other, emptcp_tcpopt_u32(&o, 6), now);
	if (!r->tsval && emptcp_payload_length(ctx, pkt)) {
		r->tsval = emptcp_tcpopt_u32(&o, 2);
		r->stamped_ns = now;
	}
	return EMPTCP_NEXT;
}
