// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Payload of TCP and UDP packets, bounded by the IP length. */
#ifndef EMPTCP_PAYLOAD_BPF_H
#define EMPTCP_PAYLOAD_BPF_H

#include "packet.bpf.h"

/* Bytes of payload; 0 without TCP or UDP. */
static __always_inline __u32 emptcp_payload_length(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	__u32 start = pkt->l4 + emptcp_l4_length(pkt), end;

	if (!emptcp_has_tcp(pkt) && !emptcp_has_udp(pkt))
		return 0;
	end = emptcp_ip_end(ctx, pkt);
	return end > start ? end - start : 0;
}

/* Copies `len` bytes of payload from `off` to `to`; 0, or -1 when there are not as many. `len` is not 0. */
static __always_inline int emptcp_payload(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt, __u32 off,
					  void *to, __u32 len)
{
	__u32 length = emptcp_payload_length(ctx, pkt);

	if (off > length || len > length - off)
		return -1;
	return emptcp_load(ctx, pkt->l4 + emptcp_l4_length(pkt) + off, to, len) ? -1 : 0;
}

#define EMPTCP_MATCH_MAX 32

/* True when the payload has these `len` bytes (a constant, at most EMPTCP_MATCH_MAX) at `off`. */
static __always_inline bool emptcp_payload_match(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
						 __u32 off, const void *bytes, __u32 len)
{
	__u8 found[EMPTCP_MATCH_MAX] = {};

	if (len > EMPTCP_MATCH_MAX || emptcp_payload(ctx, pkt, off, found, len))
		return false;
	for (__u32 i = 0; i < len; i++)
		if (found[i] != ((const __u8 *)bytes)[i])
			return false;
	return true;
}

#endif
