// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Room for TCP options: the bytes between the fixed TCP header and the payload grow or shrink. Without
 * payload the frame's tail moves and no header does. With payload the headers move towards the front, which
 * is safe only when nothing in the kernel holds their offsets: not while the checksum is partial.
 */
#ifndef EMPTCP_ROOM_BPF_H
#define EMPTCP_ROOM_BPF_H

#include "csum.bpf.h"
#include "refuse.bpf.h"

#define EMPTCP_HEADERS_MAX 128

struct emptcp_headers {
	__u8 bytes[EMPTCP_HEADERS_MAX] __attribute__((aligned(8)));
};

/* True when the packet may grow by `delta` bytes on its interface. */
static __always_inline bool emptcp_mtu_allows(struct emptcp_ctx *ctx, int delta)
{
	__u32 length = 0;

	return delta <= 0 || bpf_check_mtu(ctx, 0, &length, delta, 0) == 0;
}

/* Moves bytes [start, end) of the packet by `delta`; 0 or a negative error. */
static __noinline int emptcp_move(struct emptcp_ctx *ctx, __u32 start, __u32 end, int delta)
{
	struct emptcp_headers headers = {};
	__u32 length = end - start;

	if (length < 1 || length > EMPTCP_HEADERS_MAX)
		return -1;
	length = emptcp_at_least_one(length, EMPTCP_HEADERS_MAX);
	if (emptcp_load(ctx, start, headers.bytes, length))
		return -1;
	return emptcp_store(ctx, start + delta, headers.bytes, length) ? -1 : 0;
}

#ifdef EMPTCP_HOOK_XDP
/* Makes the tail of a frame without payload longer or shorter; Ethernet padding is used first. */
static __always_inline int emptcp_room_tail(struct xdp_md *ctx, __u32 end, int delta)
{
	__u32 linear = emptcp_linear_length(ctx);
	int padding = linear - end;

	if (linear != emptcp_packet_length(ctx) || padding < 0)
		return EMPTCP_REFUSED_NOT_LINEAR;
	if (delta < 0 || padding >= delta)
		return 0;
	return bpf_xdp_adjust_tail(ctx, delta - padding) ? EMPTCP_REFUSED_NO_ROOM : 0;
}

/* Moves the first `fixed` bytes towards the front, or away from it. */
static __always_inline int emptcp_room_head(struct xdp_md *ctx, const struct emptcp_pkt *pkt, __u32 fixed,
					    int delta)
{
	if (delta < 0) {
		if (emptcp_move(ctx, 0, fixed, -delta))
			return EMPTCP_REFUSED_NOT_LINEAR;
		return bpf_xdp_adjust_head(ctx, -delta) ? EMPTCP_REFUSED_NO_ROOM : 0;
	}
	if (fixed > EMPTCP_HEADERS_MAX)
		return EMPTCP_REFUSED_NOT_LINEAR;
	if (bpf_xdp_adjust_head(ctx, -delta))
		return EMPTCP_REFUSED_NO_ROOM;
	return emptcp_move(ctx, delta, fixed + delta, -delta) ? EMPTCP_REFUSED_NOT_LINEAR : 0;
}
#else
static __always_inline int emptcp_room_tail(struct __sk_buff *ctx, __u32 end, int delta)
{
	return bpf_skb_change_tail(ctx, ctx->len + delta, 0) ? EMPTCP_REFUSED_NO_ROOM : 0;
}

/*
 * The kernel inserts behind the fixed IP header; what lies from there to the options moves to the front.
 * A checksum that the device computed over the whole packet changes with the length in the pseudo-header.
 */
static __always_inline int emptcp_room_head(struct __sk_buff *ctx, const struct emptcp_pkt *pkt, __u32 fixed,
					    int delta)
{
	__u32 base = pkt->l3 + (emptcp_has_ip6(pkt) ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));

	if (delta < 0)
		return EMPTCP_REFUSED_NO_ROOM;
	if (fixed > base + EMPTCP_HEADERS_MAX)
		return EMPTCP_REFUSED_NOT_LINEAR;
	if (bpf_skb_adjust_room(ctx, delta, BPF_ADJ_ROOM_NET, 0))
		return EMPTCP_REFUSED_NO_ROOM;
	bpf_csum_update(ctx, ~(__u32)bpf_htons(delta));
	return emptcp_move(ctx, base + delta, fixed + delta, -delta) ? EMPTCP_REFUSED_NOT_LINEAR : 0;
}
#endif

/*
 * Makes room for `delta` more (or fewer) bytes of TCP options; the packet is as before when the result is not
 * 0 but a reason. Length fields, data offset and checksums are the caller's business.
 */
static __always_inline int emptcp_room(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt, int delta,
				       bool partial)
{
	__u32 options = pkt->l4 + emptcp_l4_length(pkt), end = emptcp_ip_end(ctx, pkt);

	if (emptcp_is_fragment(pkt))
		return EMPTCP_REFUSED_FRAGMENT;
#ifdef EMPTCP_HOOK_TC
	if (ctx->gso_size)
		return EMPTCP_REFUSED_GSO;
#endif
	if (end < options)
		return EMPTCP_REFUSED_MALFORMED;
	if (!emptcp_mtu_allows(ctx, delta))
		return EMPTCP_REFUSED_MTU;
	if (end == options)
		return emptcp_room_tail(ctx, end, delta);
	if (partial)
		return EMPTCP_REFUSED_PARTIAL;
	return emptcp_room_head(ctx, pkt, pkt->l4 + sizeof(struct tcphdr), delta);
}

#endif
