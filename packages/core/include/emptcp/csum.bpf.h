// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * L4 checksums. A packet that the kernel has not finished carries only the folded sum of its pseudo-header
 * (CHECKSUM_PARTIAL); changing anything else of it needs no fix-up, and a fix-up would break it. By chance a
 * finished checksum equals that sum once in 65536, so equality alone decides nothing.
 */
#ifndef EMPTCP_CSUM_BPF_H
#define EMPTCP_CSUM_BPF_H

#include "packet.bpf.h"

#define EMPTCP_CSUM_CHUNK 128
/* What is longer was not received as one packet from a wire, so its checksum is still to be made. */
#define EMPTCP_CSUM_VERIFY_MAX 16384

/* Folds a sum of 16-bit words to 16 bits, without the final complement. */
static __always_inline __u16 emptcp_csum_fold(__u64 sum)
{
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return (sum >> 16) + sum;
}

/* `check` after one 16-bit word changed from `old` to `new` (RFC 1624, equation 3). */
static __always_inline __u16 emptcp_csum_fix(__u16 check, __u16 old, __u16 new)
{
	__u32 sum = (__u16)~check + (__u32)(__u16)~old + new;

	sum = (sum >> 16) + (sum & 0xffff);
	return ~(__u16)((sum >> 16) + sum);
}

/* Sum of the pseudo-header of a segment of `length` bytes (RFC 9293 3.1, RFC 8200 8.1). */
static __always_inline __u64 emptcp_csum_pseudo(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
						__u8 proto, __u32 length)
{
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;
	__u64 sum = (__u64)bpf_htonl(length) + bpf_htonl(proto);

	if (ip4)
		return sum + ip4->saddr + ip4->daddr;
	ip6 = emptcp_ip6(ctx, pkt);
	if (!ip6)
		return 0;
	for (int i = 0; i < 4; i++)
		sum += (__u64)ip6->saddr.in6_u.u6_addr32[i] + ip6->daddr.in6_u.u6_addr32[i];
	return sum;
}

#ifdef EMPTCP_HOOK_XDP
struct emptcp_csum_walk {
	struct xdp_md *ctx;
	__u32 at;
	__u32 end;
	__u32 sum;
};

static long emptcp_csum_chunk(__u32 index, void *data)
{
	__u8 chunk[EMPTCP_CSUM_CHUNK] __attribute__((aligned(8))) = {};
	struct emptcp_csum_walk *walk = data;
	__u32 length = walk->end - walk->at;

	if (!length || length > EMPTCP_CSUM_VERIFY_MAX)
		return 1;
	if (length > EMPTCP_CSUM_CHUNK)
		length = EMPTCP_CSUM_CHUNK;
	/* Compilers test length - 1 above, from which Linux 6.1 does not learn that length is not 0. */
	barrier_var(length);
	length = ((length - 1) & (EMPTCP_CSUM_CHUNK - 1)) + 1;
	if (bpf_xdp_load_bytes(walk->ctx, walk->at, chunk, length))
		return 1;
	walk->sum = bpf_csum_diff(NULL, 0, (void *)chunk, sizeof(chunk), walk->sum);
	walk->at += length;
	return 0;
}

/* True when the bytes from `at` to `end` and the pseudo-header sum to a finished checksum. */
static __always_inline bool emptcp_csum_finished(struct xdp_md *ctx, __u32 at, __u32 end, __u64 pseudo)
{
	struct emptcp_csum_walk walk = { .ctx = ctx, .at = at, .end = end };

	if (end - at > EMPTCP_CSUM_VERIFY_MAX)
		return false;
	bpf_loop(EMPTCP_CSUM_VERIFY_MAX / EMPTCP_CSUM_CHUNK + 1, emptcp_csum_chunk, &walk, 0);
	return walk.at == end && emptcp_csum_fold(pseudo + walk.sum) == 0xffff;
}
#else
/* True when the kernel changes the checksum at `at` of `value` together with the data, so it is finished. */
static __always_inline bool emptcp_csum_finished_tc(struct __sk_buff *ctx, __u32 at, __u16 value)
{
	__u16 now = value;

	if (ctx->gso_size)
		return false;
	if (bpf_l4_csum_replace(ctx, at, 0, bpf_htons(1), sizeof(__u16)))
		return true;
	bpf_skb_load_bytes(ctx, at, &now, sizeof(now));
	if (now == value)
		return false;
	bpf_skb_store_bytes(ctx, at, &value, sizeof(value), 0);
	return true;
}
#endif

/* 1 when the checksum is partial, 0 when it is finished. Takes offsets, so that pkt can stay in registers. */
static __always_inline int emptcp_csum_resolve(struct emptcp_ctx *ctx, __u32 l3, __u32 l4, __u32 flags,
					       __u32 udp)
{
	struct emptcp_pkt pkt = { .l3 = l3, .l4 = l4, .flags = flags };
	__u32 at = l4 + (udp ? offsetof(struct udphdr, check) : offsetof(struct tcphdr, check));
	__u32 end = emptcp_ip_end(ctx, &pkt);
	__u16 *field, value;
	__u64 pseudo;

	if (emptcp_is_fragment(&pkt) || end < l4)
		return 0;
	pseudo = emptcp_csum_pseudo(ctx, &pkt, udp ? IPPROTO_UDP : IPPROTO_TCP, end - l4);
	field = emptcp_at(ctx, at, sizeof(*field));
	if (!field)
		return 0;
	value = *field;
	if (value != emptcp_csum_fold(pseudo))
		return 0;
#ifdef EMPTCP_HOOK_XDP
	return !emptcp_csum_finished(ctx, l4, end, pseudo);
#else
	return !emptcp_csum_finished_tc(ctx, at, value);
#endif
}

/*
 * True when the TCP or UDP checksum is partial: leave it alone, unless the pseudo-header changes. Found once
 * for each packet. The first call invalidates packet pointers.
 */
static __always_inline bool emptcp_csum_partial(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt)
{
	if (!(pkt->flags & EMPTCP_PKT_CSUM_KNOWN)) {
		pkt->flags |= EMPTCP_PKT_CSUM_KNOWN;
		if (emptcp_csum_resolve(ctx, pkt->l3, pkt->l4, pkt->flags, emptcp_has_udp(pkt)))
			pkt->flags |= EMPTCP_PKT_CSUM_PARTIAL;
		emptcp_pkt_save(ctx, pkt);
	}
	return pkt->flags & EMPTCP_PKT_CSUM_PARTIAL;
}

#endif
