// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the author of an actor includes.
 *
 *	struct params { __u16 window; };
 *
 *	EMPTCP_ACTOR(set_window, struct params)
 *	{
 *		return emptcp_tcp_set_window(ctx, pkt, bpf_htons(params->window));
 *	}
 *
 * The body has `ctx` (the kernel's view of the packet), `pkt` (what is parsed of it) and `params` (of this step
 * in this chain) in scope. It returns EMPTCP_NEXT to hand the packet on; a verdict, which ends the chain:
 * EMPTCP_PASS, or with the power for it EMPTCP_DROP, EMPTCP_REDIRECT; EMPTCP_AGAIN to have the packet matched
 * anew after what was outermost is gone; EMPTCP_FAIL to let the policy's onError decide.
 *
 *	packet.bpf.h		emptcp_ip4, emptcp_ip6, emptcp_tcp, emptcp_udp: headers, or NULL; emptcp_at: other bytes
 *	tcp.bpf.h		changes of the fixed TCP header
 *	tcpopt.bpf.h		reading TCP options; mptcp.bpf.h finds those of MPTCP among them
 *	tcpopt_edit.bpf.h	changing, adding and removing them
 *	csum.bpf.h		checksums: emptcp_csum_fix, and whether one is still to be made
 *	flow.bpf.h		the key of a subflow's state in maps
 *	payload.bpf.h		bytes behind the L4 header
 *	refuse.bpf.h		emptcp_refuse: saying why a packet is left as it is
 *
 * Further headers are included by name: event.bpf.h and log.bpf.h (telling user space), field.bpf.h (telling
 * later steps), address.bpf.h, next_hop.bpf.h (routes and neighbours).
 */
#ifndef EMPTCP_ACTOR_BPF_H
#define EMPTCP_ACTOR_BPF_H

#include "module.bpf.h"
#include "step.bpf.h"
#include "csum.bpf.h"
#include "tcp.bpf.h"
#include "tcpopt.bpf.h"
#include "mptcp.bpf.h"
#include "tcpopt_edit.bpf.h"
#include "flow.bpf.h"
#include "payload.bpf.h"

/* The program around the body of `name`; the one with probes is loaded while a profile or a trace runs. */
#define EMPTCP_STEP(section, program, name, probed)                               \
	SEC(section) int program(struct emptcp_ctx *ctx)                          \
	{                                                                         \
		struct emptcp_pkt pkt;                                            \
		struct emptcp_row *row = emptcp_step_begin(ctx, &pkt);            \
		int result;                                                       \
                                                                                  \
		if (!row)                                                         \
			return EMPTCP_PASS;                                       \
		emptcp_probe_begin(ctx, &pkt, probed);                            \
		result = name##__impl(ctx, &pkt, (void *)row + emptcp_param_off); \
		emptcp_probe_end(&pkt, probed);                                   \
		return emptcp_step_end(ctx, &pkt, row, result, probed);           \
	}

/* Defines the actor `name` with parameters of type `ptype`; name is the module's C spelling. */
#define EMPTCP_ACTOR(name, ptype)                                                               \
	_Static_assert(sizeof(ptype) <= EMPTCP_ROW_MAX - EMPTCP_ROW_HEADER,                     \
		       "parameters of " #name " fit a row");                                    \
	EMPTCP_MODULE(EMPTCP_KIND_ACTOR, ptype params;);                                        \
	static __always_inline int name##__impl(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, \
						const ptype *params);                           \
	__hidden __noinline int name##__body(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,    \
					     const ptype *params)                               \
	{                                                                                       \
		return name##__impl(ctx, pkt, params);                                          \
	}                                                                                       \
	EMPTCP_STEP(EMPTCP_SEC, name, name, false)                                              \
	EMPTCP_STEP(EMPTCP_PROBED_SEC, name##__probed, name, true)                              \
	static __always_inline int name##__impl(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, \
						const ptype *params)

struct emptcp_no_params {};

/* Defines an actor without parameters. */
#define EMPTCP_ACTOR0(name) EMPTCP_ACTOR(name, struct emptcp_no_params)

#endif
