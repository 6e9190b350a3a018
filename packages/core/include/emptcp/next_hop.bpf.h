// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where a packet would go on an interface, as the kernel's routes and neighbours say. Included by name. */
#ifndef EMPTCP_NEXT_HOP_BPF_H
#define EMPTCP_NEXT_HOP_BPF_H

#include "csum.bpf.h"
#include "packet.bpf.h"

#define EMPTCP_AF_INET 2
#define EMPTCP_AF_INET6 10

/* Fills in the ends of the lookup; false when `via` is of the other family. */
static __always_inline bool emptcp_next_hop_ends(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
						 const struct in6_addr *via, struct bpf_fib_lookup *hop)
{
	const __u32 *word = via->in6_u.u6_addr32;
	bool is_set = word[0] | word[1] | word[2] | word[3];
	bool mapped = !word[0] && !word[1] && word[2] == bpf_htonl(0xffff);
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;

	if (ip4) {
		hop->family = EMPTCP_AF_INET;
		hop->tos = ip4->tos & 0xfc; /* without ECN */
		hop->l4_protocol = ip4->protocol;
		hop->ipv4_src = ip4->saddr;
		hop->ipv4_dst = is_set ? word[3] : ip4->daddr;
		return !is_set || mapped;
	}
	ip6 = emptcp_ip6(ctx, pkt);
	if (!ip6)
		return false;
	hop->family = EMPTCP_AF_INET6;
	hop->l4_protocol = ip6->nexthdr;
	__builtin_memcpy(hop->ipv6_src, &ip6->saddr, sizeof(ip6->saddr));
	if (is_set)
		__builtin_memcpy(hop->ipv6_dst, via, sizeof(*via));
	else
		__builtin_memcpy(hop->ipv6_dst, &ip6->daddr, sizeof(ip6->daddr));
	return !is_set || !mapped;
}

/*
 * Looks the next hop of an IP packet up on the interface `to`: hop->smac and hop->dmac, or where the answer is
 * NO_NEIGH, its address in hop->ipv4_dst or hop->ipv6_dst, by hop->family. `via` is the next hop's address
 * (IPv4 as ::ffff:a.b.c.d), or all zero: what the routes over that interface say. `hop` is zeroed. Returns
 * BPF_FIB_LKUP_RET_*; NOT_FWDED also when the interface is down or gone.
 */
static __always_inline long emptcp_next_hop(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt, __u32 to,
					    const struct in6_addr *via, struct bpf_fib_lookup *hop)
{
	long found;

	if (!emptcp_next_hop_ends(ctx, pkt, via, hop))
		return BPF_FIB_LKUP_RET_NOT_FWDED;
	hop->ifindex = to;
#ifdef EMPTCP_HOOK_XDP
	hop->tot_len = emptcp_packet_length(ctx) - pkt->l3; /* on TC the kernel asks the packet, GSO or not */
#endif
	found = bpf_fib_lookup(ctx, hop, sizeof(*hop), BPF_FIB_LOOKUP_OUTPUT);
	if (found < 0 || hop->ifindex != to)
		return BPF_FIB_LKUP_RET_NOT_FWDED;
	return found;
}

#ifdef EMPTCP_HOOK_TC
/* Sends the packet to a next hop without a neighbour entry (NO_NEIGH); the kernel writes the Ethernet header. */
static __always_inline int emptcp_next_hop_ask(__u32 to, const struct bpf_fib_lookup *hop)
{
	struct bpf_redir_neigh neigh = { .nh_family = hop->family };

	__builtin_memcpy(neigh.ipv6_nh, hop->ipv6_dst, sizeof(neigh.ipv6_nh));
	return bpf_redirect_neigh(to, &neigh, sizeof(neigh), 0);
}
#endif

static __always_inline bool emptcp_mac_is_set(const __u8 *mac)
{
	return mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5];
}

/* Time to live, or hop limit; 0 without IP. */
static __always_inline __u8 emptcp_ttl(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;

	if (ip4)
		return ip4->ttl;
	ip6 = emptcp_ip6(ctx, pkt);
	return ip6 ? ip6->hop_limit : 0;
}

/* Lowers it by one, as a router does; it is at least 2. */
static __always_inline void emptcp_ttl_lower(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;

	if (ip4) {
		__be16 *word = (__be16 *)&ip4->ttl, old = *word; /* and the protocol */

		ip4->ttl--;
		ip4->check = emptcp_csum_fix(ip4->check, old, *word);
	} else if ((ip6 = emptcp_ip6(ctx, pkt))) {
		ip6->hop_limit--;
	}
}

#endif
