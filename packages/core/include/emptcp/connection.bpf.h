// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What is known of subflows and connections: core's tables, which all modules share. A module that includes
 * this header makes core learn from every handshake that passes (learn.bpf.h). Entries that nobody looks up
 * give way to new ones; what was never seen is unknown, not guessed.
 */
#ifndef EMPTCP_CONNECTION_BPF_H
#define EMPTCP_CONNECTION_BPF_H

#include "flow.bpf.h"

#define EMPTCP_WSCALE_UNKNOWN 0xff

/* One end of a subflow; numbers in host byte order. */
struct emptcp_end {
	__u32 isn; /* sequence number of its SYN */
	__u32 nonce; /* of its MP_JOIN */
	__u8 wscale; /* shift of the windows it announces, EMPTCP_WSCALE_UNKNOWN */
	__u8 address_id; /* of its MP_JOIN; 0 on the initial subflow */
	__u8 backup; /* B of its MP_JOIN */
	__u8 syn; /* its SYN was seen: the fields above count */
};

enum emptcp_subflow_kind {
	EMPTCP_SUBFLOW_UNKNOWN, /* its SYN was not seen */
	EMPTCP_SUBFLOW_PLAIN, /* TCP without MPTCP, or fallen back to it */
	EMPTCP_SUBFLOW_INITIAL, /* opened with MP_CAPABLE */
	EMPTCP_SUBFLOW_JOINED, /* opened with MP_JOIN */
};

struct emptcp_subflow {
	__u64 first_ns; /* bpf_ktime_get_boot_ns */
	__u32 connection; /* key in emptcp_conns; 0: unknown */
	__u8 kind; /* enum emptcp_subflow_kind */
	__u8 version; /* of MPTCP */
	__u8 initiator; /* the end that sent the first SYN */
	__u8 done; /* nothing more will be learned */
	struct emptcp_end end[2]; /* of the lower and the higher address and port */
	__u32 token; /* in the MP_JOIN of its SYN: of the host that did not open it */
	__u32 reserved;
};

#define EMPTCP_CONN_KEY(end) (1 << (end)) /* key of the initiator (0), of the responder (1) known */
#define EMPTCP_CONN_KEYS 3
#define EMPTCP_CONN_CHECKSUM 4 /* DSS checksums are in use */
#define EMPTCP_CONN_NOT_INITIAL 8 /* no joins to the initial address of the responder (flag C) */

/* A connection; index 0 is the host that opened it. Numbers in host byte order. */
struct emptcp_conn {
	__u64 key[2];
	__u64 idsn[2]; /* initial data sequence numbers */
	__u64 first_ns; /* bpf_ktime_get_boot_ns */
	__u32 token[2];
	__u32 joins; /* MP_JOIN SYNs that were accounted to it */
	__u8 flags; /* EMPTCP_CONN_* */
	__u8 version;
	__u16 reserved;
	struct emptcp_flow initial; /* key of its initial subflow */
};

/* Key: the lower address and port as src and sport. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct emptcp_flow);
	__type(value, struct emptcp_subflow);
} emptcp_subflows SEC(".maps");

/* Key: the token of the host that accepted the connection, host byte order. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, __u32);
	__type(value, struct emptcp_conn);
} emptcp_conns SEC(".maps");

/* Token of the host that opened a connection: key of the connection. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, __u32);
	__type(value, __u32);
} emptcp_tokens SEC(".maps");

/* Puts the lower end first; the number of the end that sent the packet. */
static __always_inline __u8 emptcp_flow_order(struct emptcp_flow *flow)
{
	const __u64 *words = (const void *)flow; /* src[2], dst[2], then the ports */
	struct emptcp_flow turned;
	bool higher;

	if (words[0] != words[2])
		higher = words[0] > words[2];
	else if (words[1] != words[3])
		higher = words[1] > words[3];
	else
		higher = flow->sport > flow->dport;
	if (!higher)
		return 0;
	emptcp_flow_reverse(flow, &turned);
	*flow = turned;
	return 1;
}

/*
 * The subflow of a TCP packet, NULL when nothing is known; *sender is the number of the end that sent the
 * packet.
 */
static __always_inline struct emptcp_subflow *emptcp_subflow_of(struct emptcp_ctx *ctx,
								const struct emptcp_pkt *pkt, __u8 *sender)
{
	struct emptcp_flow flow __attribute__((aligned(8)));

	if (!emptcp_flow_of(ctx, pkt, &flow))
		return NULL;
	*sender = emptcp_flow_order(&flow);
	return bpf_map_lookup_elem(&emptcp_subflows, &flow);
}

/* True for a subflow of an MPTCP connection. */
static __always_inline bool emptcp_subflow_is_mptcp(const struct emptcp_subflow *subflow)
{
	return subflow->kind == EMPTCP_SUBFLOW_INITIAL || subflow->kind == EMPTCP_SUBFLOW_JOINED;
}

/* The connection of a subflow, NULL when its handshake was not seen. */
static __always_inline struct emptcp_conn *emptcp_conn_of(const struct emptcp_subflow *subflow)
{
	__u32 id = subflow->connection;

	return id ? bpf_map_lookup_elem(&emptcp_conns, &id) : NULL;
}

/* The connection that a token of either host belongs to, NULL; *owner is the host whose token it is. */
static __always_inline struct emptcp_conn *emptcp_conn_by_token(__u32 token, __u8 *owner)
{
	struct emptcp_conn *conn = bpf_map_lookup_elem(&emptcp_conns, &token);
	__u32 *id;

	*owner = 1;
	if (conn)
		return conn;
	*owner = 0;
	id = bpf_map_lookup_elem(&emptcp_tokens, &token);
	return id ? bpf_map_lookup_elem(&emptcp_conns, id) : NULL;
}

#endif
