// SPDX-License-Identifier: GPL-2.0-only
/* Tell user space about each new MPTCP connection, once it is known by the keys of both hosts. */
#include <emptcp/actor.bpf.h>
#include <emptcp/connection.bpf.h>
#include <emptcp/event.bpf.h>
#include <emptcp/handshake.bpf.h>

#define NEAR_START 0xffff /* how far behind its SYN the opener repeats MP_CAPABLE; data in the SYN counts */

struct params {
	__u8 keys; /* tell them, too */
};

/* src is the host that opened the connection. Keys are 0 unless they are asked for. */
struct connect {
	__u64 src_key;
	__u64 dst_key;
	__u32 src_token;
	__u32 dst_token;
	emptcp_addr6 src;
	emptcp_addr6 dst;
	__be16 sport;
	__be16 dport;
	__u8 version;
	bool checksum; /* DSS checksums are in use */
	bool join_elsewhere; /* no subflows to the address dst (flag C) */
};

EMPTCP_EVENT(connect, 1, struct connect);

/* Connections that were told, by both tokens: a packet passes several hooks, and comes again when it is lost. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, __u64);
	__type(value, __u64); /* bpf_ktime_get_boot_ns */
} get_connect_told SEC(".maps");

/* True for a packet that tells both keys: the opener's third ACK, or its first data. */
static __always_inline bool tells_keys(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
				       const struct emptcp_end *opener)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	struct emptcp_handshake h;

	if (!tcp || tcp->syn || !tcp->ack)
		return false;
	if (opener->syn && bpf_ntohl(tcp->seq) - opener->isn > NEAR_START)
		return false;
	return !emptcp_handshake_read(ctx, pkt, &h) && h.capable != EMPTCP_NOT_THERE && h.capable_len >= 20;
}

/* True the first time that it is asked about a connection. */
static __always_inline bool is_new(const struct emptcp_conn *conn)
{
	__u64 tokens = (__u64)conn->token[0] << 32 | conn->token[1], now = bpf_ktime_get_boot_ns();

	return !bpf_map_update_elem(&get_connect_told, &tokens, &now, BPF_NOEXIST);
}

static __always_inline void tell(struct connect *event, const struct emptcp_conn *conn,
				 const struct emptcp_flow *flow, bool keys)
{
	event->src_key = keys ? conn->key[0] : 0;
	event->dst_key = keys ? conn->key[1] : 0;
	event->src_token = conn->token[0];
	event->dst_token = conn->token[1];
	event->src = flow->src;
	event->dst = flow->dst;
	event->sport = flow->sport;
	event->dport = flow->dport;
	event->version = conn->version;
	event->checksum = conn->flags & EMPTCP_CONN_CHECKSUM;
	event->join_elsewhere = conn->flags & EMPTCP_CONN_NOT_INITIAL;
}

EMPTCP_ACTOR(get_connect, struct params)
{
	__u8 sender;
	struct emptcp_subflow *subflow = emptcp_subflow_of(ctx, pkt, &sender);
	struct emptcp_conn *conn;
	struct emptcp_flow flow;
	struct connect *event;

	if (!subflow || subflow->kind != EMPTCP_SUBFLOW_INITIAL || subflow->initiator != sender ||
	    !tells_keys(ctx, pkt, &subflow->end[sender & 1]))
		return EMPTCP_NEXT;
	conn = emptcp_conn_of(subflow);
	if (!conn || (conn->flags & EMPTCP_CONN_KEYS) != EMPTCP_CONN_KEYS) {
		emptcp_refuse(pkt, EMPTCP_REFUSED_NO_STATE);
		return EMPTCP_NEXT;
	}
	event = emptcp_flow_of(ctx, pkt, &flow) && is_new(conn) ? emptcp_event_begin(pkt, connect) : NULL;
	if (event) {
		tell(event, conn, &flow, params->keys);
		emptcp_event_submit(event);
	}
	return EMPTCP_NEXT;
}
