// SPDX-License-Identifier: GPL-2.0-only
/* Set the mark, the priority or the DSCP of packets. XDP has neither mark nor priority. */
#include <emptcp/actor.bpf.h>

#define KEEP_PRIORITY 0xffffffff /* TC_H_ROOT, which is no class */
#define KEEP_DSCP 64
#define ECN 3

struct params {
	__u32 mark;
	__u32 mask; /* bits of the mark that change; 0: all of them, unless mark is 0 */
	__u32 priority;
	__u8 dscp;
};

static __always_inline void set_meta(struct emptcp_ctx *ctx, const struct params *params)
{
#ifdef EMPTCP_HOOK_TC
	__u32 mask = params->mask;

	if (!mask && params->mark)
		mask = 0xffffffff;
	if (mask)
		ctx->mark = (ctx->mark & ~mask) | (params->mark & mask);
	if (params->priority != KEEP_PRIORITY)
		ctx->priority = params->priority;
#endif
}

/* Writes version and traffic class. The checksum that a device made of all IPv6 bytes follows. */
static __always_inline int store_class(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt, __be16 word)
{
#ifdef EMPTCP_HOOK_XDP
	return emptcp_store(ctx, pkt->l3, &word, sizeof(word));
#else
	return bpf_skb_store_bytes(ctx, pkt->l3, &word, sizeof(word), BPF_F_RECOMPUTE_CSUM);
#endif
}

static __always_inline int set_dscp(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt, __u8 dscp)
{
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;
	__u16 old, new;

	if (ip4) {
		old = *(__u16 *)ip4;
		ip4->tos = dscp << 2 | (ip4->tos & ECN);
		new = *(__u16 *)ip4;
		ip4->check = emptcp_csum_fix(ip4->check, old, new);
		return 0;
	}
	ip6 = emptcp_ip6(ctx, pkt);
	if (!ip6)
		return 0;
	old = bpf_ntohs(*(__be16 *)ip6);
	new = (old & ~0x0fc0) | dscp << 6;
	return old == new ? 0 : store_class(ctx, pkt, bpf_htons(new));
}

EMPTCP_ACTOR(set_mark, struct params)
{
	set_meta(ctx, params);
	if (params->dscp < KEEP_DSCP && set_dscp(ctx, pkt, params->dscp))
		emptcp_refuse(pkt, EMPTCP_REFUSED_NOT_LINEAR);
	return EMPTCP_NEXT;
}
