// SPDX-License-Identifier: GPL-2.0-only
/* Remove a TCP option, by its kind or by its MPTCP subtype: NOPs take its place, so nothing moves. */
#include <emptcp/actor.bpf.h>

#define ANY_SUBTYPE 16
#define ON_SYN 0 /* SYNs without ACK only */
#define REFUSED_ONLY EMPTCP_REFUSED_MODULE /* the packet would have no MPTCP option left */

struct params {
	__u8 kind;
	__u8 subtype;
	__u8 packets;
	__u8 force;
};

struct walk {
	struct emptcp_tcpopts opts;
	__u8 kind;
	__u8 subtype;
	bool stripped;
	bool keeps_mptcp;
};

/* A wrong length does not save an MPTCP option: receivers differ in what they take. */
static __always_inline bool is_wanted(const struct walk *w)
{
	if (w->opts.kind != w->kind)
		return false;
	return w->kind != EMPTCP_TCPOPT_MPTCP || w->subtype == ANY_SUBTYPE ||
	       emptcp_tcpopt_byte(&w->opts, 2) >> 4 == w->subtype;
}

static long strip(__u32 index, void *data)
{
	struct walk *w = data;

	if (!emptcp_tcpopts_step(&w->opts))
		return 1;
	if (is_wanted(w)) {
		emptcp_tcpopt_nop(&w->opts);
		w->stripped = true;
	} else if (w->opts.kind == EMPTCP_TCPOPT_MPTCP) {
		w->keeps_mptcp = true;
	}
	return 0;
}

EMPTCP_ACTOR(strip_option, struct params)
{
	struct walk w = { .kind = params->kind, .subtype = params->subtype };
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	bool opens, may_lack;

	if (!tcp || emptcp_l4_length(pkt) <= sizeof(*tcp))
		return EMPTCP_NEXT;
	opens = tcp->syn && !tcp->ack;
	may_lack = tcp->syn || tcp->rst || params->force;
	if ((params->packets == ON_SYN && !opens) || emptcp_tcpopts_load(ctx, pkt, &w.opts))
		return EMPTCP_NEXT;
	emptcp_tcpopts_walk(&w.opts, strip);
	if (!w.stripped)
		return EMPTCP_NEXT;
	/* Before it is established, the client falls back to TCP on a packet without MPTCP. */
	if (w.kind == EMPTCP_TCPOPT_MPTCP && !w.keeps_mptcp && !may_lack)
		emptcp_refuse(pkt, REFUSED_ONLY);
	else
		emptcp_tcpopts_overwrite(ctx, pkt, &w.opts);
	return EMPTCP_NEXT;
}
