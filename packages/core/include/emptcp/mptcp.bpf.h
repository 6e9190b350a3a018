// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* MPTCP options (RFC 8684 3, RFC 6824): an option counts only with its kind, subtype and a length they allow. */
#ifndef EMPTCP_MPTCP_BPF_H
#define EMPTCP_MPTCP_BPF_H

#include "tcpopt.bpf.h"

enum emptcp_mptcp {
	EMPTCP_MP_CAPABLE,
	EMPTCP_MP_JOIN,
	EMPTCP_MP_DSS,
	EMPTCP_MP_ADD_ADDR,
	EMPTCP_MP_REMOVE_ADDR,
	EMPTCP_MP_PRIO,
	EMPTCP_MP_FAIL,
	EMPTCP_MP_FASTCLOSE,
	EMPTCP_MP_TCPRST,
};

#define EMPTCP_LEN(n) (1ULL << (n))

/* Lengths that a subtype may have in either version, one bit each. */
static __always_inline __u64 emptcp_mptcp_lengths(__u8 subtype)
{
	switch (subtype) {
	case EMPTCP_MP_CAPABLE:
		return EMPTCP_LEN(4) | EMPTCP_LEN(12) | EMPTCP_LEN(20) | EMPTCP_LEN(22) | EMPTCP_LEN(24);
	case EMPTCP_MP_JOIN:
		return EMPTCP_LEN(12) | EMPTCP_LEN(16) | EMPTCP_LEN(24);
	case EMPTCP_MP_DSS:
		return EMPTCP_LEN(4) | EMPTCP_LEN(8) | EMPTCP_LEN(12) | EMPTCP_LEN(14) | EMPTCP_LEN(16) |
		       EMPTCP_LEN(18) | EMPTCP_LEN(20) | EMPTCP_LEN(22) | EMPTCP_LEN(24) | EMPTCP_LEN(26) |
		       EMPTCP_LEN(28);
	case EMPTCP_MP_ADD_ADDR:
		return EMPTCP_LEN(8) | EMPTCP_LEN(10) | EMPTCP_LEN(16) | EMPTCP_LEN(18) | EMPTCP_LEN(20) |
		       EMPTCP_LEN(22) | EMPTCP_LEN(28) | EMPTCP_LEN(30);
	case EMPTCP_MP_REMOVE_ADDR:
		return 0xff0; /* 1 to 8 address IDs */
	case EMPTCP_MP_PRIO:
		return EMPTCP_LEN(3) | EMPTCP_LEN(4);
	case EMPTCP_MP_FAIL:
	case EMPTCP_MP_FASTCLOSE:
		return EMPTCP_LEN(12);
	case EMPTCP_MP_TCPRST:
		return EMPTCP_LEN(4);
	default:
		return 0;
	}
}

/* True when the option found is a well-formed MPTCP option of this subtype. */
static __always_inline bool emptcp_mptcp_is(const struct emptcp_tcpopts *o, __u8 subtype)
{
	if (o->kind != EMPTCP_TCPOPT_MPTCP || emptcp_tcpopt_byte(o, 2) >> 4 != subtype)
		return false;
	return o->len < 64 && emptcp_mptcp_lengths(subtype) >> o->len & 1;
}

#define EMPTCP_ADD_ADDR_ECHO \
	1 /* flag E of version 1, in the low nibble; version 0 has the IP version there */

/*
 * True for an ADD_ADDR that announces an address: 16, 18, 28 or 30 bytes with an HMAC in version 1 (RFC 8684
 * 3.4.1), 8, 10, 20 or 22 in version 0 (RFC 6824 3.4.1). `o` is at a well-formed one.
 */
static __always_inline bool emptcp_add_addr_announces(const struct emptcp_tcpopts *o)
{
	__u8 low = emptcp_tcpopt_byte(o, 2) & 0xf;

	if (o->len == 8 || o->len == 10)
		return low == 4;
	if (o->len == 20 || o->len == 22)
		return low == 6;
	return !(low & EMPTCP_ADD_ADDR_ECHO);
}

/* True for an ADD_ADDR that repeats one it has received: version 1 only, without an HMAC. */
static __always_inline bool emptcp_add_addr_echoes(const struct emptcp_tcpopts *o)
{
	bool short_form = o->len == 8 || o->len == 10 || o->len == 20 || o->len == 22;

	return short_form && emptcp_tcpopt_byte(o, 2) & EMPTCP_ADD_ADDR_ECHO;
}

static long emptcp_mptcp_find_visit(__u32 index, void *data)
{
	struct emptcp_tcpopts *o = data;

	if (!emptcp_tcpopts_step(o))
		return 1;
	if (!emptcp_mptcp_is(o, o->subtype))
		return 0;
	o->found = 1;
	return 1;
}

/* Finds the first MPTCP option of a subtype; its place is in o->at. */
static __always_inline bool emptcp_mptcp_find(struct emptcp_tcpopts *o, enum emptcp_mptcp subtype)
{
	o->subtype = subtype;
	emptcp_tcpopts_walk(o, emptcp_mptcp_find_visit);
	return o->found;
}

/* True for a SYN or SYN/ACK with MP_CAPABLE: two lost ones make Linux switch MPTCP off for an hour. */
static __always_inline bool emptcp_is_mp_capable_syn(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	struct emptcp_tcpopts o;

	if (!tcp || !tcp->syn || emptcp_tcpopts_load(ctx, pkt, &o))
		return false;
	return emptcp_mptcp_find(&o, EMPTCP_MP_CAPABLE);
}

#endif
