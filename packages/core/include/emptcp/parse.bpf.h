// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The parser, run once for each packet by the entry: Ethernet with up to two VLAN tags or bare IP, IPv4
 * with options, IPv6 with extension headers, and the L4 header up to its length. What is malformed or
 * truncated gets no L4 header (or no IP at all), so later programs leave it alone.
 */
#ifndef EMPTCP_PARSE_BPF_H
#define EMPTCP_PARSE_BPF_H

#include "packet.bpf.h"

#define EMPTCP_VLAN_TAGS 2
#define EMPTCP_EXTENSIONS 6
#define EMPTCP_IP_FRAGMENT 0x3fff /* more-fragments flag and offset */
#define EMPTCP_IP_OFFSET 0x1fff
#define EMPTCP_IP6_OFFSET 0xfff8

struct emptcp_vlan {
	__be16 tci;
	__be16 proto;
};

/* Ethertype of the IP header and its offset in *l3; 0 when the frame is too short. */
static __always_inline __be16 emptcp_parse_l2(struct emptcp_ctx *ctx, bool layer3, __u32 *l3)
{
	struct emptcp_vlan *vlan;
	struct ethhdr *eth;
	__be16 proto;
	__u8 *first;

	*l3 = 0;
	if (layer3) {
		first = emptcp_at(ctx, 0, 1);
		if (!first)
			return 0;
		return *first >> 4 == 4 ? bpf_htons(ETH_P_IP) : *first >> 4 == 6 ? bpf_htons(ETH_P_IPV6) : 0;
	}
	eth = emptcp_at(ctx, 0, sizeof(*eth));
	if (!eth)
		return 0;
	proto = eth->h_proto;
	*l3 = sizeof(*eth);
	for (int i = 0; i < EMPTCP_VLAN_TAGS; i++) {
		if (proto != bpf_htons(ETH_P_8021Q) && proto != bpf_htons(ETH_P_8021AD))
			break;
		vlan = emptcp_at(ctx, *l3, sizeof(*vlan));
		if (!vlan)
			return 0;
		proto = vlan->proto;
		*l3 += sizeof(*vlan);
	}
	return proto;
}

struct emptcp_extensions {
	struct emptcp_ctx *ctx;
	__u32 off;
	__u8 proto;
	__u8 fragment;
};

static __always_inline bool emptcp_is_extension(__u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_DSTOPTS ||
	       proto == IPPROTO_AH || proto == IPPROTO_FRAGMENT;
}

/* Goes over one extension header (RFC 8200 4, RFC 4302 2.2); sets IPPROTO_NONE when no L4 header follows. */
static long emptcp_extension_visit(__u32 index, void *data)
{
	struct emptcp_extensions *x = data;
	__u8 *ext, proto = x->proto;
	__be16 frag;

	if (!emptcp_is_extension(proto))
		return 1;
	x->proto = IPPROTO_NONE;
	if (x->off > EMPTCP_OFFSET_MAX - 8)
		return 1;
	ext = emptcp_at(x->ctx, x->off, 8);
	if (!ext)
		return 1;
	if (proto == IPPROTO_FRAGMENT) {
		frag = *(__be16 *)(ext + 2);
		x->fragment |= !!(frag & bpf_htons(EMPTCP_IP6_OFFSET | 1));
		if (frag & bpf_htons(EMPTCP_IP6_OFFSET))
			return 1;
		x->off += 8;
	} else if (proto == IPPROTO_AH) {
		x->off += (ext[1] + 2) * 4;
	} else {
		x->off += (ext[1] + 1) * 8;
	}
	x->proto = ext[0];
	return 0;
}

/* Protocol after the IPv6 extension headers, with *off moved to it; IPPROTO_NONE when there is none. */
static __always_inline __u8 emptcp_parse_extensions(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
						    __u8 proto, __u32 *off)
{
	struct emptcp_extensions x = { .ctx = ctx, .off = *off, .proto = proto };

	if (!emptcp_is_extension(proto))
		return proto;
	bpf_loop(EMPTCP_EXTENSIONS, emptcp_extension_visit, &x, 0);
	*off = x.off;
	if (x.fragment)
		pkt->flags |= EMPTCP_PKT_FRAGMENT;
	return emptcp_is_extension(x.proto) ? IPPROTO_NONE : x.proto;
}

/* Fills in the L4 part for a header of protocol `proto` at `off` of an IP packet that ends at `end`. */
static __always_inline void emptcp_parse_l4(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, __u8 proto,
					    __u32 off, __u32 end)
{
	__u32 kind = EMPTCP_L4_OTHER, words = 0, fixed = 0;
	__u8 *header;

	if (proto == IPPROTO_NONE || off > EMPTCP_OFFSET_MAX || off > end)
		return;
	if (proto == IPPROTO_TCP) {
		fixed = sizeof(struct tcphdr);
		kind = EMPTCP_L4_TCP;
	} else if (proto == IPPROTO_UDP) {
		fixed = sizeof(struct udphdr);
		kind = EMPTCP_L4_UDP;
		words = fixed / 4;
	} else if (proto == IPPROTO_ICMP) {
		fixed = 4;
		kind = EMPTCP_L4_ICMP;
	} else if (proto == IPPROTO_ICMPV6) {
		fixed = 4;
		kind = EMPTCP_L4_ICMPV6;
	}
	if (end - off < fixed || off + fixed > emptcp_linear_length(ctx))
		return;
	if (kind == EMPTCP_L4_TCP) {
		header = emptcp_at(ctx, off, sizeof(struct tcphdr));
		if (!header)
			return;
		words = header[12] >> 4;
		if (words < 5 || words * 4 > end - off)
			return;
	}
	pkt->l4 = off;
	pkt->l4_info = kind << 4 | words;
}

/* True when the packet has `end` bytes; asks for the fragments of an XDP buffer only when it must. */
static __always_inline bool emptcp_reaches(struct emptcp_ctx *ctx, __u32 end)
{
	return end <= emptcp_linear_length(ctx) || end <= emptcp_packet_length(ctx);
}

/* Fills in the L3 part for an IPv4 header at `off`. */
static __always_inline void emptcp_parse_ip4(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, __u32 off)
{
	struct iphdr *ip = emptcp_at(ctx, off, sizeof(*ip));
	__u32 header, length;

	if (!ip || ip->version != 4 || ip->ihl < 5)
		return;
	header = ip->ihl * 4;
	length = bpf_ntohs(ip->tot_len);
#ifdef EMPTCP_HOOK_TC
	if (!length)
		length = ctx->len - off;
#endif
	if (length < header || !emptcp_reaches(ctx, off + length))
		return;
	pkt->l3 = off;
	pkt->flags |= EMPTCP_PKT_V4;
	if (ip->frag_off & bpf_htons(EMPTCP_IP_FRAGMENT))
		pkt->flags |= EMPTCP_PKT_FRAGMENT;
	if (ip->frag_off & bpf_htons(EMPTCP_IP_OFFSET))
		return;
	emptcp_parse_l4(ctx, pkt, ip->protocol, off + header, off + length);
}

/* Fills in the L3 part for an IPv6 header at `off`. */
static __always_inline void emptcp_parse_ip6(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, __u32 off)
{
	struct ipv6hdr *ip = emptcp_at(ctx, off, sizeof(*ip));
	__u32 length, l4;
	__u8 proto;

	if (!ip || ip->version != 6)
		return;
	l4 = off + sizeof(*ip);
	length = sizeof(*ip) + bpf_ntohs(ip->payload_len);
#ifdef EMPTCP_HOOK_TC
	if (!ip->payload_len)
		length = ctx->len - off;
#endif
	if (!emptcp_reaches(ctx, off + length))
		return;
	pkt->l3 = off;
	pkt->flags |= EMPTCP_PKT_V6;
	proto = emptcp_parse_extensions(ctx, pkt, ip->nexthdr, &l4);
	emptcp_parse_l4(ctx, pkt, proto, l4, off + length);
}

/* Parses what pointers reach. */
static __always_inline void emptcp_parse_linear(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, bool layer3)
{
	__u32 l3;
	__be16 proto = emptcp_parse_l2(ctx, layer3, &l3);

	pkt->l3 = 0;
	pkt->l4 = 0;
	pkt->l4_info = 0;
	pkt->flags &= ~(EMPTCP_PKT_V4 | EMPTCP_PKT_V6 | EMPTCP_PKT_FRAGMENT);
	if (proto == bpf_htons(ETH_P_IP))
		emptcp_parse_ip4(ctx, pkt, l3);
	else if (proto == bpf_htons(ETH_P_IPV6))
		emptcp_parse_ip6(ctx, pkt, l3);
}

#define EMPTCP_PULL 256

/*
 * Global, so that the verifier walks it once and goes on with an unknown result: otherwise it would verify the
 * selectors for every way through the headers.
 */
__noinline int emptcp_parse_packet(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, bool layer3)
{
	if (!pkt)
		return 0;
	emptcp_parse_linear(ctx, pkt, layer3);
#ifdef EMPTCP_HOOK_TC
	__u32 linear = emptcp_linear_length(ctx);

	if (linear >= ctx->len || linear >= EMPTCP_PULL)
		return 0;
	if (pkt->l4_info && pkt->l4 + emptcp_l4_length(pkt) <= linear)
		return 0;
	if (bpf_skb_pull_data(ctx, ctx->len < EMPTCP_PULL ? ctx->len : EMPTCP_PULL) == 0)
		emptcp_parse_linear(ctx, pkt, layer3);
#endif
	return 0;
}

/* Parses the packet into *pkt; on TC headers outside the linear part are pulled in. */
static __always_inline void emptcp_parse(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, bool layer3)
{
	emptcp_parse_packet(ctx, pkt, layer3);
}

#endif
