// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * TCP options (RFC 9293 3.1), walked in a copy on the stack: bounded by the data offset, ended by EOL, one
 * NOP or option for each step. A length below 2 or beyond the header ends the walk.
 */
#ifndef EMPTCP_TCPOPT_BPF_H
#define EMPTCP_TCPOPT_BPF_H

#include "packet.bpf.h"

#define EMPTCP_TCPOPT_EOL 0
#define EMPTCP_TCPOPT_NOP 1
#define EMPTCP_TCPOPT_MSS 2
#define EMPTCP_TCPOPT_WSCALE 3
#define EMPTCP_TCPOPT_TIMESTAMP 8
#define EMPTCP_TCPOPT_MPTCP 30
#define EMPTCP_TCPOPT_MAX 40

struct emptcp_tcpopts {
	__u8 bytes[EMPTCP_TCPOPT_MAX + 8] __attribute__((aligned(8)));
	__u64 nops; /* bytes that emptcp_tcpopts_commit turns into NOPs, bit 0 is the first */
	__u32 length; /* of all options */
	__u32 next; /* where the walk goes on */
	__u32 at; /* the option found: offset, kind, length with kind and length bytes */
	__u8 kind;
	__u8 len;
	__u8 malformed;
	__u8 wanted; /* what a search looks for */
	__u8 subtype;
	__u8 found;
};

/* Copies the options of a TCP packet; 0, or -1 when it has no TCP or they cannot be read. */
static __always_inline int emptcp_tcpopts_load(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					       struct emptcp_tcpopts *o)
{
	__u32 length = emptcp_l4_length(pkt) - sizeof(struct tcphdr);

	__builtin_memset(o, 0, sizeof(*o));
	if (!emptcp_has_tcp(pkt))
		return -1;
	if (!length)
		return 0;
	if (length > EMPTCP_TCPOPT_MAX)
		return -1;
	o->length = length;
	length = emptcp_at_least_one(length, EMPTCP_TCPOPT_MAX);
	return emptcp_load(ctx, pkt->l4 + sizeof(struct tcphdr), o->bytes, length) ? -1 : 0;
}

/* Begins the walk again. */
static __always_inline void emptcp_tcpopts_rewind(struct emptcp_tcpopts *o)
{
	o->next = 0;
	o->found = 0;
}

/* Goes to the next option (o->at, o->kind, o->len) or over one NOP; false at the end. */
static __always_inline bool emptcp_tcpopts_step(struct emptcp_tcpopts *o)
{
	__u32 at = o->next, len = 1;
	__u8 kind;

	if (at >= EMPTCP_TCPOPT_MAX || at >= o->length)
		return false;
	kind = o->bytes[at];
	if (kind == EMPTCP_TCPOPT_EOL)
		return false;
	if (kind != EMPTCP_TCPOPT_NOP) {
		len = o->bytes[at + 1];
		if (len < 2 || at + len > o->length) {
			o->malformed = 1;
			return false;
		}
	}
	o->at = at;
	o->kind = kind;
	o->len = len;
	o->next = at + len;
	return true;
}

/* Byte `i` of the option found; 0 beyond the options. */
static __always_inline __u8 emptcp_tcpopt_byte(const struct emptcp_tcpopts *o, __u32 i)
{
	__u32 at = o->at + i;

	return at < EMPTCP_TCPOPT_MAX ? o->bytes[at] : 0;
}

/* The 4 bytes at `i` of the option found, as a number in host byte order. */
static __always_inline __u32 emptcp_tcpopt_u32(const struct emptcp_tcpopts *o, __u32 i)
{
	return (__u32)emptcp_tcpopt_byte(o, i) << 24 | (__u32)emptcp_tcpopt_byte(o, i + 1) << 16 |
	       (__u32)emptcp_tcpopt_byte(o, i + 2) << 8 | emptcp_tcpopt_byte(o, i + 3);
}

/*
 * Calls `visit(index, o)` until it returns 1; visit calls emptcp_tcpopts_step itself. `o` may be the first
 * member of a larger structure.
 */
static __always_inline void emptcp_tcpopts_walk(struct emptcp_tcpopts *o, long (*visit)(__u32, void *))
{
	emptcp_tcpopts_rewind(o);
	bpf_loop(EMPTCP_TCPOPT_MAX, visit, o, 0);
}

static long emptcp_tcpopts_find_visit(__u32 index, void *data)
{
	struct emptcp_tcpopts *o = data;

	if (!emptcp_tcpopts_step(o))
		return 1;
	if (o->kind != o->wanted)
		return 0;
	o->found = 1;
	return 1;
}

/* Finds the first option of a kind; its place is in o->at. */
static __always_inline bool emptcp_tcpopts_find(struct emptcp_tcpopts *o, __u8 kind)
{
	o->wanted = kind;
	emptcp_tcpopts_walk(o, emptcp_tcpopts_find_visit);
	return o->found;
}

#endif
