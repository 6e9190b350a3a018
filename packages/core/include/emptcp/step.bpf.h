// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What every actor program does around its body: find its row, count, run, and hand on. The loader sets
 * the constants below for each position that a module takes in a chain, so the jump to the next step is
 * direct.
 */
#ifndef EMPTCP_STEP_BPF_H
#define EMPTCP_STEP_BPF_H

#include "chain_maps.bpf.h"
#include "counter.bpf.h"
#include "packet.bpf.h"
#include "probe.bpf.h"
#include "refuse.bpf.h"
#include "verdict.bpf.h"

const volatile __u32 emptcp_next = 0; /* slot of the next step, 0: this is the last */
const volatile __u32 emptcp_param_off = EMPTCP_ROW_HEADER;
const volatile __u32 emptcp_position = 0; /* steps that follow this one */
const volatile __u32 emptcp_generation = 0;
const volatile __u32 emptcp_stamp = 0; /* compare generations (tests) */

/* The row of the running chain, with the packet's offsets in *pkt; NULL when there is none. */
static __always_inline struct emptcp_row *emptcp_step_begin(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt)
{
	struct emptcp_state state;
	struct emptcp_row *row;
	__u32 key; /* a copy: what has its address taken does not stay in registers */

	if (emptcp_state_read(ctx, &state))
		return NULL;
	key = state.row;
	row = bpf_map_lookup_elem(&emptcp_rows, &key);
	if (!row)
		return NULL;
	if (emptcp_stamp && (__u32)(state.fields >> 32) != emptcp_generation)
		emptcp_count(EMPTCP_COUNT_MIXED);
	pkt->l3 = state.l3;
	pkt->l4_info = state.l4_info;
	pkt->l4 = state.l4;
	pkt->flags = state.flags;
	pkt->slot = row->stats + emptcp_position;
	pkt->policy = row->policy;
	emptcp_count_step(pkt->slot);
	return row;
}

/* True when the packet opens a connection. */
static __always_inline bool emptcp_is_syn(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);

	return tcp && tcp->syn;
}

/* Verdict after an error: the policy decides, but a SYN is never dropped. */
static __always_inline int emptcp_error_verdict(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
						__u32 flags)
{
	if (!(flags & EMPTCP_POLICY_ONERROR_DROP) || emptcp_is_syn(ctx, pkt))
		return EMPTCP_PASS;
	return EMPTCP_DROP;
}

/* Counts that the next program of the running step was not there. */
static __always_inline void emptcp_count_missed(const struct emptcp_pkt *pkt)
{
	emptcp_count_verdict(pkt->slot, EMPTCP_ENDED_MISSED);
	emptcp_count(EMPTCP_COUNT_STEP_MISSED);
}

/* Hands the packet back to the entry of its group: to all policies, or to those behind the one that ran. */
static __always_inline int emptcp_enter(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt, __u8 flags,
					bool all, const bool probed)
{
	struct emptcp_state state;

	if (emptcp_state_read(ctx, &state))
		return EMPTCP_PASS;
	state.row = state.group >> EMPTCP_GROUP_BANK_SHIFT;
	state.flags = flags;
	state.fields = 0; /* of the chain that ends here */
	if (all)
		state.after = 0;
	emptcp_state_write(ctx, &state);
	bpf_tail_call(ctx, &emptcp_steps, state.group & EMPTCP_GROUP_SLOT);
	emptcp_count_missed(pkt);
	return emptcp_probe_missed(ctx, EMPTCP_PASS, probed);
}

static __always_inline __u8 emptcp_again_times(const struct emptcp_pkt *pkt)
{
	return pkt->flags >> EMPTCP_PKT_AGAIN_SHIFT;
}

/* Matches again on the changed packet, EMPTCP_AGAIN_LIMIT times at most. */
static __always_inline int emptcp_step_again(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					     const bool probed)
{
	__u8 times = emptcp_again_times(pkt);

	emptcp_count_verdict(pkt->slot, EMPTCP_ENDED_AGAIN);
	if (times >= EMPTCP_AGAIN_LIMIT) {
		emptcp_count(EMPTCP_COUNT_AGAIN_LIMIT);
		return EMPTCP_PASS;
	}
	return emptcp_enter(ctx, pkt,
			    (pkt->flags & EMPTCP_PKT_TRACED) | (times + 1) << EMPTCP_PKT_AGAIN_SHIFT, true,
			    probed);
}

/* What becomes of the packet: a verdict, or EMPTCP_HOP_GOES_ON. Says the same as emptcp_step_end does. */
static __always_inline int emptcp_step_final(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					     const struct emptcp_row *row, int result)
{
	if (result == EMPTCP_NEXT)
		return emptcp_next || row->flags & EMPTCP_POLICY_CONTINUE ? EMPTCP_HOP_GOES_ON : EMPTCP_PASS;
	if (result == EMPTCP_AGAIN)
		return emptcp_again_times(pkt) < EMPTCP_AGAIN_LIMIT ? EMPTCP_HOP_GOES_ON : EMPTCP_PASS;
	if (result == EMPTCP_FAIL)
		return emptcp_error_verdict(ctx, pkt, row->flags);
	return result;
}

/* Turns what the body returned into the next program or a verdict. */
static __always_inline int emptcp_step_end(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					   const struct emptcp_row *row, int result, const bool probed)
{
	if (probed && emptcp_trace)
		emptcp_probe_result(ctx, result, emptcp_step_final(ctx, pkt, row, result), probed);
	if (result == EMPTCP_NEXT) {
		if (emptcp_next) {
			bpf_tail_call(ctx, &emptcp_steps, emptcp_next);
			emptcp_count_missed(pkt);
			return emptcp_probe_missed(ctx, emptcp_error_verdict(ctx, pkt, row->flags), probed);
		}
		if (row->flags & EMPTCP_POLICY_CONTINUE)
			return emptcp_enter(ctx, pkt, pkt->flags, false, probed);
		return EMPTCP_PASS;
	}
	if (result == EMPTCP_AGAIN)
		return emptcp_step_again(ctx, pkt, probed);
	if (result == EMPTCP_FAIL) {
		emptcp_count_verdict(pkt->slot, EMPTCP_ENDED_FAIL);
		emptcp_count(EMPTCP_COUNT_FAILED);
		return emptcp_error_verdict(ctx, pkt, row->flags);
	}
	emptcp_count_verdict(pkt->slot, emptcp_ended_by(result));
	return result;
}

#endif
