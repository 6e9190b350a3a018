// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Learning from handshakes. The entry calls emptcp_learn for every packet while a module in use asks for
 * connection.bpf.h; a subflow that is known costs one look-up.
 */
#ifndef EMPTCP_LEARN_BPF_H
#define EMPTCP_LEARN_BPF_H

#include "connection.bpf.h"
#include "handshake.bpf.h"
#include "token.bpf.h"

#define EMPTCP_CAPABLE_CHECKSUM 0x80 /* flags of MP_CAPABLE, RFC 8684 3.1 */
#define EMPTCP_CAPABLE_NOT_INITIAL 0x20

/*
 * Keys that a packet tells, with room for their hash, which the stack has not. Each entry has its own map, so
 * hooks do not meet in it.
 */
struct emptcp_told {
	struct emptcp_identity id; /* of the responder, then of the initiator */
	__u64 key; /* of the initiator */
	__u8 both; /* the key above counts */
	__u8 flags; /* of MP_CAPABLE */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct emptcp_told);
} emptcp_told SEC(".maps");

static __always_inline struct emptcp_told *emptcp_told_of(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&emptcp_told, &zero);
}

static const struct emptcp_subflow emptcp_new_subflow = {
	.end = { { .wscale = EMPTCP_WSCALE_UNKNOWN }, { .wscale = EMPTCP_WSCALE_UNKNOWN } },
};
static const struct emptcp_conn emptcp_new_conn = {};

/* Notes a key of a connection; `host` is 0 for the one that opened it. */
static __always_inline void emptcp_conn_identify(struct emptcp_conn *conn, __u8 host,
						 const struct emptcp_identity *id)
{
	conn->key[host & 1] = id->key;
	conn->idsn[host & 1] = id->idsn;
	conn->token[host & 1] = id->token;
	conn->flags |= EMPTCP_CONN_KEY(host & 1);
}

/* The connection with this responder, made when it is new. */
static __always_inline struct emptcp_conn *emptcp_conn_with(const struct emptcp_identity *responder,
							    const struct emptcp_flow *flow)
{
	__u32 id = responder->token;
	struct emptcp_conn *conn = bpf_map_lookup_elem(&emptcp_conns, &id);

	if (conn && conn->key[1] == responder->key)
		return conn;
	bpf_map_update_elem(&emptcp_conns, &id, &emptcp_new_conn, BPF_ANY);
	conn = bpf_map_lookup_elem(&emptcp_conns, &id);
	if (!conn)
		return NULL;
	conn->first_ns = bpf_ktime_get_boot_ns();
	conn->version = responder->version;
	conn->initial = *flow;
	emptcp_conn_identify(conn, 1, responder);
	return conn;
}

/*
 * Notes the keys of an MP_CAPABLE: of the responder in a SYN/ACK, of both hosts in what the initiator sends
 * after it. What follows from them is worked out later, where there is stack for it.
 */
static __always_inline void emptcp_tell(struct emptcp_handshake *h)
{
	struct emptcp_told *told = emptcp_told_of();
	__u8 at = h->capable;

	if (!told)
		return;
	told->both = h->capable_len >= 20;
	told->flags = emptcp_handshake_u8(h, at, 3);
	told->key = emptcp_handshake_u64(h, at, 4);
	told->id.version = emptcp_handshake_u8(h, at, 2) & 0xf;
	told->id.key = told->both ? emptcp_handshake_u64(h, at, 12) : told->key;
}

/* Takes the keys that were noted into the connection of the flow. */
static __noinline int emptcp_learn_keys(const struct emptcp_flow *flow)
{
	struct emptcp_subflow *subflow = bpf_map_lookup_elem(&emptcp_subflows, flow);
	struct emptcp_told *told = emptcp_told_of();
	__u32 token, connection;
	struct emptcp_conn *conn;

	if (!told || !subflow)
		return 0;
	emptcp_identify(&told->id);
	conn = emptcp_conn_with(&told->id, flow);
	if (!conn)
		return 0;
	connection = told->id.token;
	subflow->version = told->id.version;
	subflow->connection = connection;
	if (told->flags & EMPTCP_CAPABLE_CHECKSUM)
		conn->flags |= EMPTCP_CONN_CHECKSUM;
	if (!told->both && told->id.version && told->flags & EMPTCP_CAPABLE_NOT_INITIAL)
		conn->flags |= EMPTCP_CONN_NOT_INITIAL;
	if (!told->both || conn->flags & EMPTCP_CONN_KEY(0))
		return 0;
	told->id.key = told->key;
	emptcp_identify(&told->id);
	emptcp_conn_identify(conn, 0, &told->id);
	token = told->id.token;
	bpf_map_update_elem(&emptcp_tokens, &token, &connection, BPF_ANY);
	return 0;
}

/* Accounts the subflow of an MP_JOIN SYN to the connection whose token it carries. */
static __always_inline void emptcp_learn_join(struct emptcp_handshake *h, struct emptcp_subflow *subflow)
{
	struct emptcp_conn *conn;
	__u8 owner;

	subflow->token = emptcp_handshake_u32(h, h->join, 4);
	conn = emptcp_conn_by_token(subflow->token, &owner);
	if (!conn)
		return;
	subflow->connection = conn->token[1];
	subflow->version = conn->version;
	__sync_fetch_and_add(&conn->joins, 1);
}

/* Learns from a SYN (`answer` false) or SYN/ACK; true when it tells a key. */
static __always_inline bool emptcp_learn_syn(struct emptcp_handshake *h, struct emptcp_subflow *subflow,
					     struct emptcp_end *end, bool answer)
{
	end->wscale = h->wscale == EMPTCP_NOT_THERE ? 0 : emptcp_handshake_u8(h, h->wscale, 2);
	if (end->wscale > 14) /* RFC 7323 2.3 */
		end->wscale = 14;
	if (h->join != EMPTCP_NOT_THERE) {
		end->backup = emptcp_handshake_u8(h, h->join, 2) & 1;
		end->address_id = emptcp_handshake_u8(h, h->join, 3);
		end->nonce = emptcp_handshake_u32(h, h->join, answer ? 12 : 8);
	}
	end->syn = 1;
	if (!answer) {
		if (h->join != EMPTCP_NOT_THERE && h->join_len == 12)
			emptcp_learn_join(h, subflow);
		return false;
	}
	if (h->capable != EMPTCP_NOT_THERE && h->capable_len == 12)
		return true;
	if (subflow->kind == EMPTCP_SUBFLOW_INITIAL)
		subflow->kind = EMPTCP_SUBFLOW_PLAIN;
	return false;
}

/* What a SYN or SYN/ACK makes of a subflow. */
static __always_inline __u8 emptcp_kind_of(const struct emptcp_handshake *h)
{
	if (h->capable != EMPTCP_NOT_THERE)
		return EMPTCP_SUBFLOW_INITIAL;
	return h->join != EMPTCP_NOT_THERE ? EMPTCP_SUBFLOW_JOINED : EMPTCP_SUBFLOW_PLAIN;
}

/*
 * Learns from the first packet after the SYNs: of the initiator it has both keys, or MPTCP is not spoken. True
 * when it tells keys.
 */
static __always_inline bool emptcp_learn_ack(const struct emptcp_handshake *h, struct emptcp_subflow *subflow,
					     __u8 sender)
{
	bool keys = h->capable != EMPTCP_NOT_THERE && h->capable_len >= 20;

	if (subflow->kind == EMPTCP_SUBFLOW_UNKNOWN && keys) {
		subflow->initiator = sender;
		subflow->kind = EMPTCP_SUBFLOW_INITIAL;
	}
	subflow->done = 1;
	if (subflow->kind != EMPTCP_SUBFLOW_INITIAL)
		return false;
	if (subflow->initiator != sender)
		return false; /* a responder has no say in the keys any more */
	if (!keys)
		subflow->kind = EMPTCP_SUBFLOW_PLAIN;
	return keys;
}

/* A fresh entry for the flow. */
static __always_inline struct emptcp_subflow *emptcp_subflow_new(const struct emptcp_flow *flow)
{
	struct emptcp_subflow *subflow;

	bpf_map_update_elem(&emptcp_subflows, flow, &emptcp_new_subflow, BPF_ANY);
	subflow = bpf_map_lookup_elem(&emptcp_subflows, flow);
	if (subflow)
		subflow->first_ns = bpf_ktime_get_boot_ns();
	return subflow;
}

/* True for the SYN of a new connection between the same ports; one that is sent again does not count. */
static __always_inline bool emptcp_is_reuse(const struct emptcp_subflow *subflow,
					    const struct emptcp_end *end, __u32 isn, bool answer)
{
	return (end->syn && end->isn != isn) || (subflow->done && !end->syn && !answer);
}

/* Learns from a packet of a handshake; 1 when it told keys. */
static __noinline int emptcp_learn_more(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					const struct emptcp_flow *flow, __u8 sender)
{
	struct emptcp_subflow *subflow = bpf_map_lookup_elem(&emptcp_subflows, flow);
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	struct emptcp_handshake h;
	struct emptcp_end *end;
	bool syn, answer;
	__u32 isn;

	if (!tcp)
		return 0;
	syn = tcp->syn;
	answer = syn && tcp->ack;
	isn = bpf_ntohl(tcp->seq);
	if (!subflow || (syn && emptcp_is_reuse(subflow, &subflow->end[sender & 1], isn, answer)))
		subflow = emptcp_subflow_new(flow);
	if (!subflow || emptcp_handshake_read(ctx, pkt, &h))
		return 0;
	if (!syn) {
		if (!emptcp_learn_ack(&h, subflow, sender))
			return 0;
		emptcp_tell(&h);
		return 1;
	}
	end = &subflow->end[sender & 1];
	if (end->syn)
		return 0;
	if (subflow->kind == EMPTCP_SUBFLOW_UNKNOWN) {
		subflow->kind = emptcp_kind_of(&h);
		subflow->initiator = answer ? !sender : sender;
		subflow->done = 0;
	}
	end->isn = isn;
	if (!emptcp_learn_syn(&h, subflow, end, answer))
		return 0;
	emptcp_tell(&h);
	return 1;
}

/* Learns what a packet tells about its subflow. Global, so that the verifier walks it once. */
__noinline int emptcp_learn_packet(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt)
{
	struct emptcp_flow flow __attribute__((aligned(8)));
	struct emptcp_subflow *subflow;
	struct tcphdr *tcp;
	__u8 sender;

	if (!pkt || !emptcp_flow_of(ctx, pkt, &flow))
		return 0;
	sender = emptcp_flow_order(&flow);
	subflow = bpf_map_lookup_elem(&emptcp_subflows, &flow);
	tcp = emptcp_tcp(ctx, pkt);
	if (!tcp || (subflow && subflow->done && !tcp->syn))
		return 0;
	if (emptcp_learn_more(ctx, pkt, &flow, sender))
		emptcp_learn_keys(&flow);
	return 0;
}

#endif
