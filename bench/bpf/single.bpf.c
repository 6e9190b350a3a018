// SPDX-License-Identifier: GPL-2.0-only
/* A hand-written program without any framework: parses once and sets the window `bench_steps` times. */
#include "frame.bpf.h"

#define STEPS 8

const volatile __u32 bench_steps = 1;
const volatile __u16 bench_windows[STEPS] = {};

SEC(EMPTCP_SEC) int single(struct emptcp_ctx *ctx)
{
	struct tcphdr *tcp = bench_parse(ctx);

	if (!tcp)
		return EMPTCP_PASS;
#pragma unroll
	for (__u32 i = 0; i < STEPS; i++) {
		if (i >= bench_steps)
			break;
		if (tcp->window != bench_windows[i])
			bench_set_window(tcp, bench_windows[i]);
		barrier(); /* each write reaches memory, as between the steps of a chain */
	}
	return EMPTCP_PASS;
}
