// SPDX-License-Identifier: GPL-2.0-only
/*
 * The baseline, in the style of the original eMPTCP: every program parses the packet again, the chain travels
 * with the packet, and the next program is a number read from it. `paper_chain` starts a fixed chain;
 * `paper_select`, `paper_pair` and `paper_actions` are the whole way to it: the chain of selectors, a pair of
 * addresses that matches, and the look-up of the chain by its 64-bit name.
 */
#include "paper.bpf.h"

struct paper_pair {
	__be32 local;
	__be32 remote;
};

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u32);
} paper_programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u32);
} paper_selectors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct paper_chain);
} paper_fixed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 50000);
	__type(key, struct paper_pair);
	__type(value, __u64);
} paper_pairs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 200000);
	__type(key, __u64);
	__type(value, struct paper_chain);
} paper_chains SEC(".maps");

/* Index 0 of paper_fixed: a chain of actors; 1: the chain of selectors. */
static __always_inline int paper_begin(struct emptcp_ctx *ctx, __u32 index, void *programs)
{
	struct paper_chain *chain = bpf_map_lookup_elem(&paper_fixed, &index);

	if (chain && !paper_push(ctx, chain))
		bpf_tail_call(ctx, programs, chain->first);
	return EMPTCP_PASS;
}

SEC(EMPTCP_SEC) int paper_chain(struct emptcp_ctx *ctx)
{
	return paper_begin(ctx, 0, &paper_programs);
}

SEC(EMPTCP_SEC) int paper_select(struct emptcp_ctx *ctx)
{
	return paper_begin(ctx, 1, &paper_selectors);
}

SEC(EMPTCP_SEC) int paper_pair(struct emptcp_ctx *ctx)
{
	union paper_cell cell = {};
	struct paper_pair pair;
	struct iphdr *ip;
	__u64 *id;

	if (paper_pop(ctx, &cell.bits) || !bench_parse(ctx))
		return EMPTCP_PASS;
	ip = emptcp_data(ctx) + sizeof(struct ethhdr);
	if ((void *)(ip + 1) > emptcp_data_end(ctx))
		return EMPTCP_PASS;
	pair.local = ip->daddr;
	pair.remote = ip->saddr;
	id = bpf_map_lookup_elem(&paper_pairs, &pair);
	if (id && !paper_push_id(ctx, *id))
		bpf_tail_call(ctx, &paper_programs, 0);
	else if (cell.word.next)
		bpf_tail_call(ctx, &paper_selectors, cell.word.next);
	return EMPTCP_PASS;
}

SEC(EMPTCP_SEC) int paper_actions(struct emptcp_ctx *ctx)
{
	struct paper_chain *chain;
	__u64 id;

	if (paper_pop_id(ctx, &id))
		return EMPTCP_PASS;
	chain = bpf_map_lookup_elem(&paper_chains, &id);
	if (chain && !paper_push(ctx, chain))
		bpf_tail_call(ctx, &paper_programs, chain->first);
	return EMPTCP_PASS;
}

SEC(EMPTCP_SEC) int paper_set_window(struct emptcp_ctx *ctx)
{
	union paper_cell cell = {};
	struct tcphdr *tcp;

	if (paper_pop(ctx, &cell.bits))
		return EMPTCP_PASS;
	tcp = bench_parse(ctx);
	if (tcp)
		bench_set_window(tcp, cell.word.window);
	if (cell.word.next)
		bpf_tail_call(ctx, &paper_programs, cell.word.next);
	return EMPTCP_PASS;
}
