// SPDX-License-Identifier: GPL-2.0-only
/* Tell user space about each subflow that joins an MPTCP connection, when its third ACK shows that it came about. */
#include <emptcp/actor.bpf.h>
#include <emptcp/connection.bpf.h>
#include <emptcp/event.bpf.h>
#include <emptcp/handshake.bpf.h>

/* src is the host that opened the subflow. */
struct joined {
	__u32 connection; /* token of the host that accepted the connection, 0: unknown */
	__u32 src_token; /* 0: unknown */
	__u32 dst_token; /* the one in MP_JOIN */
	__u32 src_nonce;
	__u32 dst_nonce;
	emptcp_addr6 src;
	emptcp_addr6 dst;
	__be16 sport;
	__be16 dport;
	__u8 src_id; /* address IDs */
	__u8 dst_id;
	bool src_backup;
	bool dst_backup;
	bool answered; /* the SYN/ACK was seen: dst_nonce, dst_id and dst_backup count */
	bool unkeyed; /* the connection's keys were not seen */
};

EMPTCP_EVENT(joined, 1, struct joined);

/* Subflows that were told, by token and nonce: a packet passes several hooks, and comes again when it is lost. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, __u64);
	__type(value, __u64); /* bpf_ktime_get_boot_ns */
} get_subflow_told SEC(".maps");

static __always_inline void tell(struct joined *event, const struct emptcp_subflow *subflow,
				 const struct emptcp_flow *flow)
{
	const struct emptcp_end *src = &subflow->end[subflow->initiator & 1];
	const struct emptcp_end *dst = &subflow->end[!subflow->initiator];
	__u8 owner;
	struct emptcp_conn *conn = emptcp_conn_by_token(subflow->token, &owner);

	event->connection = conn ? conn->token[1] : 0;
	event->src_token = conn ? conn->token[!owner] : 0;
	event->dst_token = subflow->token;
	event->src_nonce = src->nonce;
	event->dst_nonce = dst->nonce;
	event->src = flow->src;
	event->dst = flow->dst;
	event->sport = flow->sport;
	event->dport = flow->dport;
	event->src_id = src->address_id;
	event->dst_id = dst->address_id;
	event->src_backup = src->backup;
	event->dst_backup = dst->backup;
	event->answered = dst->syn;
	event->unkeyed = !conn || (conn->flags & EMPTCP_CONN_KEYS) != EMPTCP_CONN_KEYS;
	emptcp_event_submit(event);
}

/* True for the third ACK of an MP_JOIN handshake. */
static __always_inline bool is_third_ack(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					 const struct emptcp_subflow *subflow, __u8 sender)
{
	const struct emptcp_end *src = &subflow->end[sender & 1];
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	struct emptcp_handshake h;

	if (subflow->kind == EMPTCP_SUBFLOW_INITIAL || subflow->kind == EMPTCP_SUBFLOW_PLAIN || !tcp ||
	    (src->syn && bpf_ntohl(tcp->seq) - src->isn != 1))
		return false;
	return !emptcp_handshake_read(ctx, pkt, &h) && h.join_len == 24;
}

EMPTCP_ACTOR0(get_subflow)
{
	__u64 id, now = bpf_ktime_get_boot_ns();
	__u8 sender;
	struct emptcp_subflow *subflow = emptcp_subflow_of(ctx, pkt, &sender);
	struct joined *event = NULL;
	struct emptcp_flow flow;
	struct emptcp_end *src;

	if (!subflow || !is_third_ack(ctx, pkt, subflow, sender))
		return EMPTCP_NEXT;
	src = &subflow->end[sender & 1];
	if (!src->syn || subflow->initiator != sender) {
		emptcp_refuse(pkt, EMPTCP_REFUSED_NO_STATE);
		return EMPTCP_NEXT;
	}
	id = (__u64)subflow->token << 32 | src->nonce;
	if (emptcp_flow_of(ctx, pkt, &flow) &&
	    !bpf_map_update_elem(&get_subflow_told, &id, &now, BPF_NOEXIST))
		event = emptcp_event_begin(pkt, joined);
	if (event)
		tell(event, subflow, &flow);
	return EMPTCP_NEXT;
}
