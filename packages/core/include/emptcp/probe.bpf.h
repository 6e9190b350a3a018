// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What surrounds a body in the programs that are loaded while a profile or a trace runs. Other programs are
 * compiled with `probed` false and have none of it.
 */
#ifndef EMPTCP_PROBE_BPF_H
#define EMPTCP_PROBE_BPF_H

#include "profile.bpf.h"
#include "trace.bpf.h"

/* Programs with probes lie in a section of their own, which libbpf does not load unless asked. */
#define EMPTCP_PROBED_SEC "?" EMPTCP_SEC

/* True when the packet is traced. For after a body: a value kept over it would let the verifier walk it twice. */
static __always_inline bool emptcp_is_traced(struct emptcp_ctx *ctx)
{
	struct emptcp_state state;

	return emptcp_trace && !emptcp_state_read(ctx, &state) && state.flags & EMPTCP_PKT_TRACED;
}

/* Right before a body. */
static __always_inline void emptcp_probe_begin(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					       const bool probed)
{
	__u32 slot = pkt->slot;

	if (!probed)
		return;
	if (emptcp_trace && pkt->flags & EMPTCP_PKT_TRACED)
		emptcp_trace_body(ctx, pkt);
	if (emptcp_profile)
		emptcp_time_begin(bpf_map_lookup_elem(&emptcp_step_time, &slot));
}

/* Right after it. */
static __always_inline void emptcp_probe_end(const struct emptcp_pkt *pkt, const bool probed)
{
	__u32 slot = pkt->slot;

	if (probed && emptcp_profile)
		emptcp_time_end(bpf_map_lookup_elem(&emptcp_step_time, &slot));
}

/* When it is known what becomes of the packet; `final` is a verdict or EMPTCP_HOP_GOES_ON. */
static __always_inline void emptcp_probe_result(struct emptcp_ctx *ctx, int result, int final,
						const bool probed)
{
	if (probed && emptcp_is_traced(ctx))
		emptcp_trace_end(ctx, result, final);
}

/* When the program was missed that the packet should have gone to. */
static __always_inline int emptcp_probe_missed(struct emptcp_ctx *ctx, int final, const bool probed)
{
	if (probed && emptcp_is_traced(ctx))
		emptcp_trace_missed(final);
	return final;
}

#endif
