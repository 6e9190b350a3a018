// SPDX-License-Identifier: GPL-2.0-only
/* Keep a connection to N subflows: of a further one MP_JOIN is taken away, and its opener gives up at once. */
#include <emptcp/actor.bpf.h>
#include <emptcp/connection.bpf.h>
#include <emptcp/members.bpf.h>

enum { PER_CONNECTION, PER_INTERFACE, PER_PAIR };

struct params {
	__u64 idle; /* nanoseconds without a packet after which a subflow counts no longer */
	__u8 max;
	__u8 per;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct emptcp_place);
	__type(value, struct emptcp_member);
} limit_subflows_seen SEC(".maps");

/* What is counted together; what does not tell groups apart is 0. */
struct group {
	struct in6_addr low, high;
	__u32 connection;
	__u32 ifindex;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct group);
	__type(value, struct emptcp_members);
} limit_subflows_groups SEC(".maps");

static const struct emptcp_members nobody = {};

/* Takes a subflow into its group; true when it is one too many. Two that come at once may both be. */
static __always_inline bool exceeds(const struct emptcp_place *place, __u32 connection,
				    const struct params *params)
{
	struct group key = { .connection = connection, .ifindex = place->ifindex };
	struct emptcp_members *group;

	if (params->per == PER_PAIR) {
		key.low = place->flow.src;
		key.high = place->flow.dst;
	}
	bpf_map_update_elem(&limit_subflows_groups, &key, &nobody, BPF_NOEXIST);
	group = bpf_map_lookup_elem(&limit_subflows_groups, &key);
	if (!group)
		return false;
	emptcp_members_live(group, &limit_subflows_seen, params->idle);
	emptcp_members_add(group, place);
	return emptcp_members_live(group, &limit_subflows_seen, params->idle) > params->max;
}

EMPTCP_ACTOR(limit_subflows, struct params)
{
	struct emptcp_place place __attribute__((aligned(8))) = {};
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	struct emptcp_member *member = NULL;
	struct emptcp_subflow *subflow;
	struct emptcp_tcpopts o;
	bool join, is_new;

	if (!tcp || !emptcp_flow_of(ctx, pkt, &place.flow))
		return EMPTCP_NEXT;
	emptcp_flow_order(&place.flow);
	subflow = bpf_map_lookup_elem(&emptcp_subflows, &place.flow);
	if (!subflow || !emptcp_subflow_is_mptcp(subflow))
		return EMPTCP_NEXT;
	join = tcp->syn && !tcp->ack && subflow->kind == EMPTCP_SUBFLOW_JOINED;
	place.ifindex = params->per == PER_INTERFACE ? emptcp_ifindex(ctx) : 0;
	if (subflow->connection)
		member = emptcp_member_at(&limit_subflows_seen, &place,
					  subflow->end[subflow->initiator & 1].isn, &is_new);
	if (!member) {
		if (join)
			emptcp_refuse(pkt, EMPTCP_REFUSED_NO_STATE);
		return EMPTCP_NEXT;
	}
	emptcp_member_note(member, tcp);
	if (is_new && exceeds(&place, subflow->connection, params) && join)
		member->state = EMPTCP_MEMBER_REFUSED;
	if (!join || member->state != EMPTCP_MEMBER_REFUSED || emptcp_tcpopts_load(ctx, pkt, &o) ||
	    !emptcp_mptcp_find(&o, EMPTCP_MP_JOIN))
		return EMPTCP_NEXT;
	emptcp_tcpopt_nop(&o);
	emptcp_tcpopts_overwrite(ctx, pkt, &o);
	return EMPTCP_NEXT;
}
