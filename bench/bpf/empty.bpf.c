// SPDX-License-Identifier: GPL-2.0-only
/* Does nothing: what BPF_PROG_TEST_RUN itself costs. */
#include <emptcp/hook.bpf.h>

SEC(EMPTCP_SEC) int empty(struct emptcp_ctx *ctx)
{
	return EMPTCP_PASS;
}
