// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Changes of TCP options: edit the copy (emptcp_tcpopts_append, emptcp_tcpopt_nop, emptcp_tcpopt_remove), then
 * write it (emptcp_tcpopts_overwrite for NOPs, emptcp_tcpopts_commit for other lengths). Length fields, data
 * offset and both checksums follow, and so do pkt and the chain state.
 */
#ifndef EMPTCP_TCPOPT_EDIT_BPF_H
#define EMPTCP_TCPOPT_EDIT_BPF_H

#include "room.bpf.h"
#include "tcpopt.bpf.h"

/* Marks the option found, to become NOPs at the commit. The packet keeps its length. */
static __always_inline void emptcp_tcpopt_nop(struct emptcp_tcpopts *o)
{
	if (o->at < EMPTCP_TCPOPT_MAX && o->len <= EMPTCP_TCPOPT_MAX)
		o->nops |= ((1ULL << o->len) - 1) << o->at;
}

/* Bits of `o->nops` from `at` to the end of the options. */
static __always_inline __u64 emptcp_tcpopts_tail(const struct emptcp_tcpopts *o, __u32 at)
{
	return ((1ULL << (o->length & 63)) - 1) & ~((1ULL << (at & 63)) - 1);
}

static long emptcp_tcpopts_end_visit(__u32 index, void *data)
{
	return !emptcp_tcpopts_step(data);
}

/*
 * Appends `len` bytes, a multiple of 4, behind the options. What follows an EOL becomes NOPs, or the receiver
 * would not read on. 0, or EMPTCP_REFUSED_NO_ROOM, EMPTCP_REFUSED_MALFORMED.
 */
static __always_inline int emptcp_tcpopts_append(struct emptcp_tcpopts *o, const __u8 *bytes, __u32 len)
{
	emptcp_tcpopts_walk(o, emptcp_tcpopts_end_visit);
	if (o->malformed)
		return EMPTCP_REFUSED_MALFORMED;
	if (o->length + len > EMPTCP_TCPOPT_MAX)
		return EMPTCP_REFUSED_NO_ROOM;
	if (o->next < o->length)
		o->nops |= emptcp_tcpopts_tail(o, o->next);
	for (__u32 i = 0; i < len; i++) {
		__u32 at = o->length + i;

		if (at < EMPTCP_TCPOPT_MAX)
			o->bytes[at] = bytes[i];
	}
	o->length += len;
	return 0;
}

/*
 * Takes the option found out when it lies at the end and its length is a multiple of 4, so that the packet
 * becomes shorter; else it becomes NOPs.
 */
static __always_inline void emptcp_tcpopt_remove(struct emptcp_tcpopts *o)
{
	if (o->at + o->len == o->length && !(o->len & 3))
		o->length = o->at;
	else
		emptcp_tcpopt_nop(o);
}

/* Writes the marked NOPs into the copy, and zeros behind its end. */
static __always_inline void emptcp_tcpopts_settle(struct emptcp_tcpopts *o)
{
	__u64 nops = o->nops, live = emptcp_tcpopts_tail(o, 0);

	for (int i = 0; i < EMPTCP_TCPOPT_MAX; i++) {
		__u8 nop = -(__u8)(nops >> i & 1), used = -(__u8)(live >> i & 1);

		o->bytes[i] = ((o->bytes[i] & ~nop) | (EMPTCP_TCPOPT_NOP & nop)) & used;
	}
	o->nops = 0;
}

/* The 16-bit word that stands for adding `delta` to a sum of network-order words. */
static __always_inline __u16 emptcp_csum_delta(int delta)
{
	return delta < 0 ? (__u16)~bpf_htons(-delta) : bpf_htons(delta);
}

/* Adds `delta` to the length in the IP header. */
static __always_inline void emptcp_ip_grow(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt, int delta)
{
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;
	__be16 length;

	if (ip4) {
		length = bpf_htons(bpf_ntohs(ip4->tot_len) + delta);
		ip4->check = emptcp_csum_fix(ip4->check, ip4->tot_len, length);
		ip4->tot_len = length;
	} else if ((ip6 = emptcp_ip6(ctx, pkt))) {
		ip6->payload_len = bpf_htons(bpf_ntohs(ip6->payload_len) + delta);
	}
}

/* Sets data offset and checksum; `sum` is the difference of the options' words. */
static __always_inline void emptcp_tcp_settle(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, __u32 length,
					      __u64 sum, int delta, bool partial)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	__u32 words = (length + sizeof(*tcp)) / 4;
	__u16 old, new;

	if (!tcp)
		return;
	old = ((__u16 *)tcp)[6];
	tcp->doff = words;
	new = ((__u16 *)tcp)[6];
	if (partial)
		tcp->check = emptcp_csum_fold((__u64)tcp->check + emptcp_csum_delta(delta));
	else
		tcp->check = ~emptcp_csum_fold(sum + (__u16)~tcp->check + (__u16)~old + new +
					       emptcp_csum_delta(delta));
	pkt->l4_info = (pkt->l4_info & 0xf0) | words;
	emptcp_pkt_save(ctx, pkt);
}

static __always_inline int emptcp_tcpopts_write(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
						struct emptcp_tcpopts *o, bool resize)
{
	__u8 old[EMPTCP_TCPOPT_MAX] __attribute__((aligned(8))) = {};
	__u32 before = emptcp_l4_length(pkt) - sizeof(struct tcphdr), after = o->length;
	int delta = after - before, refused;
	bool partial;
	__u64 sum;

	if (before > EMPTCP_TCPOPT_MAX || after > EMPTCP_TCPOPT_MAX || after & 3)
		return EMPTCP_REFUSED_NO_ROOM;
	emptcp_tcpopts_settle(o);
	if (before && emptcp_load(ctx, pkt->l4 + sizeof(struct tcphdr), old,
				  emptcp_at_least_one(before, EMPTCP_TCPOPT_MAX)))
		return EMPTCP_REFUSED_NOT_LINEAR;
	partial = emptcp_csum_partial(ctx, pkt);
	sum = (__u32)bpf_csum_diff((void *)old, sizeof(old), (void *)o->bytes, EMPTCP_TCPOPT_MAX, 0);
	if (delta && !resize)
		return EMPTCP_REFUSED_NO_ROOM;
	if (delta) {
		refused = emptcp_room(ctx, pkt, delta, partial);
		if (refused)
			return refused;
		emptcp_ip_grow(ctx, pkt, delta);
	}
	if (after && emptcp_store(ctx, pkt->l4 + sizeof(struct tcphdr), o->bytes,
				  emptcp_at_least_one(after, EMPTCP_TCPOPT_MAX)))
		return EMPTCP_REFUSED_NOT_LINEAR;
	emptcp_tcp_settle(ctx, pkt, after, sum, delta, partial);
	return 0;
}

static __noinline int emptcp_tcpopts_rewrite(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
					     struct emptcp_tcpopts *o)
{
	return emptcp_tcpopts_write(ctx, pkt, o, false);
}

static __noinline int emptcp_tcpopts_resize(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
					    struct emptcp_tcpopts *o)
{
	return emptcp_tcpopts_write(ctx, pkt, o, true);
}

/*
 * Writes options whose length did not change (emptcp_tcpopt_nop). Returns 0, or the reason
 * (EMPTCP_REFUSED_*) for which the packet is as it was; the refusal is counted.
 */
static __always_inline int emptcp_tcpopts_overwrite(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
						    struct emptcp_tcpopts *o)
{
	int refused = emptcp_tcpopts_rewrite(ctx, pkt, o);

	if (refused)
		emptcp_refuse(pkt, refused);
	return refused;
}

/* The same for options that became longer or shorter; needs the power "change-length". */
static __always_inline int emptcp_tcpopts_commit(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
						 struct emptcp_tcpopts *o)
{
	int refused = emptcp_tcpopts_resize(ctx, pkt, o);

	if (refused)
		emptcp_refuse(pkt, refused);
	return refused;
}

/*
 * Appends `len` bytes (a multiple of 4, an option with its NOPs) and commits; 0 or the reason, which is counted.
 * For options that are loaded already.
 */
static __always_inline int emptcp_tcpopts_add(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
					      struct emptcp_tcpopts *o, const __u8 *bytes, __u32 len)
{
	int refused = emptcp_tcpopts_append(o, bytes, len);

	if (!refused)
		return emptcp_tcpopts_commit(ctx, pkt, o);
	emptcp_refuse(pkt, refused);
	return refused;
}

/* The same for a packet whose options are not loaded. */
static __always_inline int emptcp_tcpopt_insert(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
						const __u8 *bytes, __u32 len)
{
	struct emptcp_tcpopts o;

	if (emptcp_tcpopts_load(ctx, pkt, &o))
		return EMPTCP_REFUSED_NOT_LINEAR;
	return emptcp_tcpopts_add(ctx, pkt, &o, bytes, len);
}

#endif
