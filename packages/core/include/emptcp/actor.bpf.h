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
 * The body has `ctx`, `pkt` and `params` in scope and returns EMPTCP_NEXT, a verdict (EMPTCP_PASS,
 * EMPTCP_DROP, EMPTCP_REDIRECT), EMPTCP_AGAIN or EMPTCP_FAIL.
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
