// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The parsed packet as a body sees it. The entry parses once; offsets travel in the chain state, and every
 * accessor checks its bounds again, so a pointer is valid until the packet changes its layout.
 */
#ifndef EMPTCP_PACKET_BPF_H
#define EMPTCP_PACKET_BPF_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stdbool.h>
#include "state.bpf.h"
#include "types.bpf.h"

enum emptcp_l4 {
	EMPTCP_L4_NONE, /* not IP, a later fragment, or malformed */
	EMPTCP_L4_TCP,
	EMPTCP_L4_UDP,
	EMPTCP_L4_ICMP,
	EMPTCP_L4_ICMPV6,
	EMPTCP_L4_OTHER,
};

/* Offsets of headers stay below this, so that the verifier can follow pointers made from them. */
#define EMPTCP_OFFSET_MAX 1023

/* What is known of the packet; bodies ask the functions below rather than the members. */
struct emptcp_pkt {
	__u8 l3; /* offset of the IP header in bytes; it counts when emptcp_has_ip4 or emptcp_has_ip6 say so */
	__u8 l4_info; /* enum emptcp_l4 in the high nibble, length of the header in 32-bit words in the low one */
	__u16 l4; /* offset of the L4 header in bytes; it counts when emptcp_l4 is not EMPTCP_L4_NONE */
	__u8 flags; /* EMPTCP_PKT_* */
	__u32 slot; /* counter slot of the running step: row.stats + position */
	__u32 policy; /* number of the policy whose chain runs */
};

static __always_inline bool emptcp_has_ip4(const struct emptcp_pkt *pkt)
{
	return pkt->flags & EMPTCP_PKT_V4;
}

static __always_inline bool emptcp_has_ip6(const struct emptcp_pkt *pkt)
{
	return pkt->flags & EMPTCP_PKT_V6;
}

/* True for the first and for the later fragments of a fragmented datagram. */
static __always_inline bool emptcp_is_fragment(const struct emptcp_pkt *pkt)
{
	return pkt->flags & EMPTCP_PKT_FRAGMENT;
}

static __always_inline enum emptcp_l4 emptcp_l4(const struct emptcp_pkt *pkt)
{
	return pkt->l4_info >> 4;
}

static __always_inline bool emptcp_has_tcp(const struct emptcp_pkt *pkt)
{
	return emptcp_l4(pkt) == EMPTCP_L4_TCP;
}

static __always_inline bool emptcp_has_udp(const struct emptcp_pkt *pkt)
{
	return emptcp_l4(pkt) == EMPTCP_L4_UDP;
}

/* Length of the L4 header in bytes (TCP: with options); 0 when it has no fixed one. */
static __always_inline __u32 emptcp_l4_length(const struct emptcp_pkt *pkt)
{
	return (pkt->l4_info & 0xf) * 4;
}

/*
 * `len` readable bytes (a constant) at `off` of the packet, or NULL when it ends before. Check `off` where it
 * comes from the packet: from EMPTCP_OFFSET_MAX on it wraps to the packet's start, for the verifier's sake.
 * Bytes further back, or of a length that is known at run time only: emptcp_load copies them.
 */
static __always_inline void *emptcp_at(struct emptcp_ctx *ctx, __u32 off, __u32 len)
{
	void *at = emptcp_data(ctx) + (off & EMPTCP_OFFSET_MAX);

	if (at + len > emptcp_data_end(ctx))
		return NULL;
	return at;
}

/* The IPv4 header, or NULL. */
static __always_inline struct iphdr *emptcp_ip4(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	return emptcp_has_ip4(pkt) ? emptcp_at(ctx, pkt->l3, sizeof(struct iphdr)) : NULL;
}

/* The IPv6 header, or NULL. */
static __always_inline struct ipv6hdr *emptcp_ip6(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	return emptcp_has_ip6(pkt) ? emptcp_at(ctx, pkt->l3, sizeof(struct ipv6hdr)) : NULL;
}

/* The fixed 20 bytes of the TCP header, or NULL. */
static __always_inline struct tcphdr *emptcp_tcp(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	return emptcp_has_tcp(pkt) ? emptcp_at(ctx, pkt->l4, sizeof(struct tcphdr)) : NULL;
}

/* The UDP header, or NULL. */
static __always_inline struct udphdr *emptcp_udp(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	return emptcp_has_udp(pkt) ? emptcp_at(ctx, pkt->l4, sizeof(struct udphdr)) : NULL;
}

/*
 * Offset of the first byte after the IP packet, 0 when there is none. The frame may be longer (Ethernet
 * padding). A zero length field belongs to a big GSO packet, which only TC sees.
 */
static __always_inline __u32 emptcp_ip_end(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	struct ipv6hdr *ip6;
	struct iphdr *ip4;
	__u32 length = 0;

	if ((ip4 = emptcp_ip4(ctx, pkt)))
		length = bpf_ntohs(ip4->tot_len);
	else if ((ip6 = emptcp_ip6(ctx, pkt)) && ip6->payload_len)
		length = bpf_ntohs(ip6->payload_len) + sizeof(*ip6);
	else if (!ip6)
		return 0;
	return length ? pkt->l3 + length : emptcp_packet_length(ctx);
}

/* Keeps changed offsets and flags for the steps that follow. */
static __always_inline void emptcp_pkt_save(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
#ifdef EMPTCP_HOOK_XDP
	struct emptcp_state *slot = emptcp_state_slot();

	if (!slot)
		return;
	slot->l3 = pkt->l3;
	slot->l4_info = pkt->l4_info;
	slot->l4 = pkt->l4;
	slot->flags = pkt->flags;
#else
	union emptcp_state_words words = {};

	words.word[2] = ctx->cb[2];
	words.state.l3 = pkt->l3;
	words.state.l4_info = pkt->l4_info;
	words.state.l4 = pkt->l4;
	words.state.flags = pkt->flags;
	ctx->cb[1] = words.word[1];
	ctx->cb[2] = words.word[2];
#endif
}

#endif
