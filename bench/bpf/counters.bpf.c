// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the engine's counters cost: each program counts bench_times times for step 0. */
#include <emptcp/chain_maps.bpf.h>
#include <emptcp/verdict.bpf.h>

#define BENCH_TIMES 16

SEC(EMPTCP_SEC) int count_packets(struct emptcp_ctx *ctx)
{
#pragma unroll
	for (int i = 0; i < BENCH_TIMES; i++)
		emptcp_count_step(i & 3);
	return EMPTCP_PASS;
}

SEC(EMPTCP_SEC) int count_verdicts(struct emptcp_ctx *ctx)
{
#pragma unroll
	for (int i = 0; i < BENCH_TIMES; i++)
		emptcp_count_verdict(i & 3, EMPTCP_ENDED_DROP);
	return EMPTCP_PASS;
}
