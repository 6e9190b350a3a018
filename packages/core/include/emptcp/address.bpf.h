// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The addresses of a packet, as they lie in keys of selectors. */
#ifndef EMPTCP_ADDRESS_BPF_H
#define EMPTCP_ADDRESS_BPF_H

#include "packet.bpf.h"

/*
 * Copies the addresses of an IP packet, as on the wire: to *src4 and *dst4 of IPv4, to *src6 and *dst6 of IPv6.
 * A pointer that is NULL is left out. Returns 4, 6, or 0 when the packet is not IP.
 */
static __always_inline int emptcp_addresses(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					    __be32 *src4, __be32 *dst4, struct in6_addr *src6,
					    struct in6_addr *dst6)
{
	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	struct ipv6hdr *ip6;

	if (ip4) {
		if (src4)
			*src4 = ip4->saddr;
		if (dst4)
			*dst4 = ip4->daddr;
		return 4;
	}
	ip6 = emptcp_ip6(ctx, pkt);
	if (!ip6)
		return 0;
	if (src6)
		*src6 = ip6->saddr;
	if (dst6)
		*dst6 = ip6->daddr;
	return 6;
}

#endif
