// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the options of a handshake say: window scale, MP_CAPABLE, MP_JOIN, found in one walk. */
#ifndef EMPTCP_HANDSHAKE_BPF_H
#define EMPTCP_HANDSHAKE_BPF_H

#include "mptcp.bpf.h"

#define EMPTCP_NOT_THERE 0xff

struct emptcp_handshake {
	struct emptcp_tcpopts opts;
	__u8 wscale; /* offsets of the options, EMPTCP_NOT_THERE */
	__u8 capable;
	__u8 join;
	__u8 dss;
	__u8 capable_len;
	__u8 join_len;
};

static long emptcp_handshake_visit(__u32 index, void *data)
{
	struct emptcp_handshake *h = data;
	struct emptcp_tcpopts *o = &h->opts;

	if (!emptcp_tcpopts_step(o))
		return 1;
	if (o->kind == EMPTCP_TCPOPT_WSCALE && o->len == 3)
		h->wscale = o->at;
	if (o->kind != EMPTCP_TCPOPT_MPTCP)
		return 0;
	if (emptcp_mptcp_is(o, EMPTCP_MP_CAPABLE)) {
		h->capable = o->at;
		h->capable_len = o->len;
	} else if (emptcp_mptcp_is(o, EMPTCP_MP_JOIN)) {
		h->join = o->at;
		h->join_len = o->len;
	} else if (emptcp_mptcp_is(o, EMPTCP_MP_DSS)) {
		h->dss = o->at;
	}
	return 0;
}

/* Reads the options of a TCP packet; 0, or -1 when they cannot be read. */
static __always_inline int emptcp_handshake_read(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
						 struct emptcp_handshake *h)
{
	h->wscale = h->capable = h->join = h->dss = EMPTCP_NOT_THERE;
	h->capable_len = h->join_len = 0;
	if (emptcp_tcpopts_load(ctx, pkt, &h->opts))
		return -1;
	emptcp_tcpopts_walk(&h->opts, emptcp_handshake_visit);
	return 0;
}

/* Byte `i` of the option at `at`, the 4 or 8 bytes there as a number in host byte order. */
static __always_inline __u8 emptcp_handshake_u8(struct emptcp_handshake *h, __u8 at, __u32 i)
{
	h->opts.at = at;
	return emptcp_tcpopt_byte(&h->opts, i);
}

static __always_inline __u32 emptcp_handshake_u32(struct emptcp_handshake *h, __u8 at, __u32 i)
{
	h->opts.at = at;
	return emptcp_tcpopt_u32(&h->opts, i);
}

static __always_inline __u64 emptcp_handshake_u64(struct emptcp_handshake *h, __u8 at, __u32 i)
{
	return (__u64)emptcp_handshake_u32(h, at, i) << 32 | emptcp_handshake_u32(h, at, i + 4);
}

#endif
