// SPDX-License-Identifier: GPL-2.0-only
/* End the chain and drop the packet, except SYNs that open an MPTCP connection. */
#include <emptcp/actor.bpf.h>

struct params {
	__u8 mp_capable; /* drop SYNs with MP_CAPABLE too */
};

EMPTCP_ACTOR(drop, struct params)
{
	if (!params->mp_capable && emptcp_is_mp_capable_syn(ctx, pkt)) {
		emptcp_refuse(pkt, EMPTCP_REFUSED_PROTECTED);
		return EMPTCP_NEXT;
	}
	return EMPTCP_DROP;
}
