// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What every actor program does around its body: find its row, count, run, and hand on. The loader sets
 * the constants below for each position that a module takes in a chain, so the jump to the next step is
 * direct.
 */
#ifndef EMPTCP_STEP_BPF_H
#define EMPTCP_STEP_BPF_H

#include "counter.bpf.h"
#include "packet.bpf.h"
#include "refuse.bpf.h"

const volatile __u32 emptcp_next = 0; /* slot of the next step, 0: this is the last */
const volatile __u32 emptcp_param_off = EMPTCP_ROW_HEADER;
const volatile __u32 emptcp_position = 0; /* steps that follow this one */
const volatile __u32 emptcp_generation = 0;
const volatile __u32 emptcp_stamp = 0; /* compare generations (tests) */

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, EMPTCP_STEPS);
	__type(key, __u32);
	__type(value, __u32);
} emptcp_steps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, EMPTCP_ROW_MAX);
} emptcp_rows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u64);
} emptcp_step_count SEC(".maps");

/* The row of the running chain, with the packet's offsets in *pkt; NULL when there is none. */
static __always_inline struct emptcp_row *emptcp_step_begin(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt)
{
	struct emptcp_state state;
	struct emptcp_row *row;
	__u64 *count;
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
	key = pkt->slot;
	count = bpf_map_lookup_elem(&emptcp_step_count, &key);
	if (count)
		(*count)++;
	return row;
}

/* True when the packet opens a connection. */
static __always_inline bool emptcp_is_syn(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);

	return tcp && tcp->syn;
}

/* Verdict after an error that `counter` counts: the policy decides, but a SYN is never dropped. */
static __always_inline int emptcp_on_error(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt, __u32 flags,
					   __u32 counter)
{
	emptcp_count(counter);
	if (!(flags & EMPTCP_POLICY_ONERROR_DROP) || emptcp_is_syn(ctx, pkt))
		return EMPTCP_PASS;
	return EMPTCP_DROP;
}

/* Hands the packet back to the entry of its group: to all policies, or to those behind the one that ran. */
static __always_inline int emptcp_enter(struct emptcp_ctx *ctx, __u8 flags, bool all)
{
	struct emptcp_state state;

	if (emptcp_state_read(ctx, &state))
		return EMPTCP_PASS;
	state.row = state.group >> EMPTCP_GROUP_BANK_SHIFT;
	state.flags = flags;
	if (all)
		state.after = 0;
	emptcp_state_write(ctx, &state);
	bpf_tail_call(ctx, &emptcp_steps, state.group & EMPTCP_GROUP_SLOT);
	emptcp_count(EMPTCP_COUNT_STEP_MISSED);
	return EMPTCP_PASS;
}

/* Matches again on the changed packet, EMPTCP_AGAIN_LIMIT times at most. */
static __always_inline int emptcp_step_again(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	__u8 times = pkt->flags >> EMPTCP_PKT_AGAIN_SHIFT;

	if (times >= EMPTCP_AGAIN_LIMIT) {
		emptcp_count(EMPTCP_COUNT_AGAIN_LIMIT);
		return EMPTCP_PASS;
	}
	return emptcp_enter(ctx, (pkt->flags & EMPTCP_PKT_TRACED) | (times + 1) << EMPTCP_PKT_AGAIN_SHIFT,
			    true);
}

/* Turns what the body returned into the next program or a verdict. */
static __always_inline int emptcp_step_end(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					   const struct emptcp_row *row, int result)
{
	if (result == EMPTCP_NEXT) {
		if (emptcp_next) {
			bpf_tail_call(ctx, &emptcp_steps, emptcp_next);
			return emptcp_on_error(ctx, pkt, row->flags, EMPTCP_COUNT_STEP_MISSED);
		}
		if (row->flags & EMPTCP_POLICY_CONTINUE)
			return emptcp_enter(ctx, pkt->flags, false);
		return EMPTCP_PASS;
	}
	if (result == EMPTCP_AGAIN)
		return emptcp_step_again(ctx, pkt);
	if (result == EMPTCP_FAIL)
		return emptcp_on_error(ctx, pkt, row->flags, EMPTCP_COUNT_FAILED);
	return result;
}

#endif
