// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Takes the place of the entry's empty emptcp_learn while a module in use asks for connection.bpf.h. */
#include <emptcp/learn.bpf.h>

__hidden __noinline int emptcp_learn(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt)
{
	return emptcp_learn_packet(ctx, pkt);
}
