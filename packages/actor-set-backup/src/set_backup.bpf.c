// SPDX-License-Identifier: GPL-2.0-only
/* Tell the receiver of the packets to use this subflow as backup, or as a regular one again. */
#include <emptcp/actor.bpf.h>

#define COPIES 3 /* an ACK may be lost, and nobody acknowledges MP_PRIO */

struct params {
	__u64 repeat; /* nanoseconds after which it is told again, 0: never */
	__u8 backup; /* 1 backup, 0 regular */
};

/* What a direction of a subflow was told. */
struct told {
	__u64 last_ns; /* bpf_ktime_get_boot_ns of the last copy */
	__u32 copies; /* since the last change */
	__u32 backup; /* what was told */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct emptcp_flow);
	__type(value, struct told);
} set_backup_told SEC(".maps");

/* True when this packet may carry MP_PRIO: an ACK of an established subflow, which its DSS shows. */
static __always_inline bool is_carrier(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
				       struct emptcp_tcpopts *o)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);

	if (!tcp || !tcp->ack || tcp->syn || tcp->fin || tcp->rst || emptcp_payload_length(ctx, pkt))
		return false;
	if (emptcp_tcpopts_load(ctx, pkt, o) || !emptcp_mptcp_find(o, EMPTCP_MP_DSS))
		return false;
	return !emptcp_mptcp_find(o, EMPTCP_MP_PRIO) && !o->malformed;
}

/* True when the subflow has still to be told. */
static __always_inline bool is_due(const struct told *told, const struct params *params, __u64 now)
{
	if (!told || told->backup != params->backup || told->copies < COPIES)
		return true;
	return params->repeat && now - told->last_ns >= params->repeat;
}

EMPTCP_ACTOR(set_backup, struct params)
{
	__u8 option[4] = { EMPTCP_TCPOPT_MPTCP, 3, EMPTCP_MP_PRIO << 4 | !!params->backup,
			   EMPTCP_TCPOPT_NOP };
	struct told *told, next = { .backup = params->backup, .copies = 1 };
	struct emptcp_flow flow;
	struct emptcp_tcpopts o;

	if (!is_carrier(ctx, pkt, &o) || !emptcp_flow_of(ctx, pkt, &flow))
		return EMPTCP_NEXT;
	next.last_ns = bpf_ktime_get_boot_ns();
	told = bpf_map_lookup_elem(&set_backup_told, &flow);
	if (!is_due(told, params, next.last_ns))
		return EMPTCP_NEXT;
	if (emptcp_tcpopts_add(ctx, pkt, &o, option, sizeof(option)))
		return EMPTCP_NEXT;
	if (told && told->backup == params->backup)
		next.copies = told->copies < COPIES ? told->copies + 1 : COPIES;
	if (bpf_map_update_elem(&set_backup_told, &flow, &next, BPF_ANY))
		emptcp_refuse(pkt, EMPTCP_REFUSED_FULL);
	return EMPTCP_NEXT;
}
