// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Lets every packet pass: stands in for an entry that has nothing to match. */
#include <emptcp/hook.bpf.h>

SEC(EMPTCP_SEC) int pass(struct emptcp_ctx *ctx)
{
	return EMPTCP_PASS;
}
